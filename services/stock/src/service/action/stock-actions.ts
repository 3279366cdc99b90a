import { stock } from '@app/contracts';
import { assert } from '@app/kernel';
import {
  actionHandlers,
  type CallContext,
  type HintSubscription,
  type ServiceSchema,
} from '@app/runtime';
import type { Usecases } from '../../usecase.ts';

interface Deps {
  readonly usecases: Usecases;
  readonly onHints: readonly HintSubscription[];
}

const adminIdOf = ({ caller }: CallContext): string => {
  assert(caller.kind === 'admin', 'a route for admins is called by one');
  return caller.adminId;
};

/** Contract → use-case, nothing else. */
export const createStockActions = ({ usecases, onHints }: Deps): ServiceSchema =>
  actionHandlers(
    stock,
    {
      getAvailability: (query) => usecases.getAvailability(query),
      reserve: (command) => usecases.reserve(command),
      commit: (command) => usecases.commit(command),
      release: (command) => usecases.release(command),
      returnStock: (command) => usecases.returnStock(command),
      setOnHand: (command, call) => usecases.setOnHand({ ...command, adminId: adminIdOf(call) }),
      listStock: (query) => usecases.listStock(query),
      listMovements: (query) => usecases.listMovements(query),
      auditStock: () => usecases.auditStock(),
      rebuildStock: ({ dryRun = true }) => usecases.rebuildStock({ dryRun }),
    },
    { onHints },
  );
