import { stock } from '@app/contracts';
import { actionHandlers, type ServiceSchema } from '@app/runtime';
import type { Usecases } from '../../usecase.ts';

/** Contract → use-case, nothing else. */
export const createStockActions = (usecases: Usecases): ServiceSchema =>
  actionHandlers(stock, {
    ping: (params) => usecases.ping(params),
  });
