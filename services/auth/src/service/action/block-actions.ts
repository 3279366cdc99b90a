import type { auth } from '@app/contracts';
import { assert } from '@app/kernel';
import type { Handlers } from '@app/runtime';
import type { BlockUsecases } from '../../usecase.ts';

type BlockHandlers = Pick<Handlers<typeof auth>, keyof BlockUsecases>;

/** Contract → use-case, nothing else. */
export const blockHandlers = (usecases: BlockUsecases): BlockHandlers => ({
  addBlock: (params, { caller, clientIp }) => {
    assert(caller.kind === 'admin', 'a route for admins is called by one');
    return usecases.addBlock({ ...params, adminId: caller.adminId, clientIp });
  },
  listBlocks: async (query) => {
    const { items, nextCursor } = await usecases.listBlocks(query);
    return { items: [...items], nextCursor };
  },
  removeBlock: async ({ id }) => {
    await usecases.removeBlock({ id });
    return null;
  },
  listBlockChanges: (query) => usecases.listBlockChanges(query),
});
