import type { Database } from '@app/mysql';
import { instrument, type Host } from '@app/runtime';
import { createMysqlBlockRepository } from '../repository/repo/mysql-block-repository.ts';
import type { Tables } from '../repository/repo/tables.ts';
import { createBroadcastBlockHints } from '../service/client/broadcast-block-hints.ts';
import { createNetworks } from '../service/network/networks.ts';
import type { BlockUsecases } from '../usecase.ts';
import { createAddBlock } from '../usecase/block/add-block.ts';
import { createListBlockChanges } from '../usecase/block/list-block-changes.ts';
import { createListBlocks } from '../usecase/block/list-blocks.ts';
import { createRemoveBlock } from '../usecase/block/remove-block.ts';

interface Shared {
  readonly service: string;
  readonly db: Database<Tables>;
}

/** The blacklist of users, sessions and addresses. */
export const createBlockUsecases = (host: Host, { service, db }: Shared): BlockUsecases => {
  const deps = {
    blocks: createMysqlBlockRepository({ db }),
    networks: createNetworks(),
    blockHints: createBroadcastBlockHints(host.hint),
    clock: host.clock,
    ids: host.ids,
  };
  const run = <Name extends keyof BlockUsecases>(
    name: Name,
    usecase: BlockUsecases[Name],
  ): BlockUsecases[Name] => instrument(host, service, name, usecase);
  return {
    addBlock: run('addBlock', createAddBlock(deps)),
    listBlocks: run('listBlocks', createListBlocks(deps)),
    removeBlock: run('removeBlock', createRemoveBlock(deps)),
    listBlockChanges: run('listBlockChanges', createListBlockChanges(deps)),
  };
};
