import type { Clock } from '@app/kernel';
import { adminError } from '../../domain/admin/admin-error.ts';
import { liftBlock, toBlock } from '../../domain/admin/block.ts';
import type { BlockRepository } from '../../repository.ts';
import type { BlockHints } from '../../service.ts';
import type { Usecases } from '../../usecase.ts';

interface Deps {
  readonly blocks: BlockRepository;
  readonly blockHints: BlockHints;
  readonly clock: Clock;
}

export const createRemoveBlock =
  ({ blocks, blockHints, clock }: Deps): Usecases['removeBlock'] =>
  async ({ id }) => {
    const notFound = () => adminError('BLOCK_NOT_FOUND', { data: { id } });
    const found = await blocks.find(id);
    if (found === undefined) throw notFound();
    const lifted = await blocks.change(found, (known) => {
      if (known === undefined) throw notFound();
      return liftBlock(known, clock.nowMs());
    });
    await blockHints.changed([toBlock(lifted)]);
  };
