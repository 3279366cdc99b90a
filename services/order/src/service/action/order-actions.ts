import { order } from '@app/contracts';
import { actionHandlers, type ServiceSchema } from '@app/runtime';
import type { Usecases } from '../../usecase.ts';

/** Contract → use-case, nothing else. */
export const createOrderActions = (usecases: Usecases): ServiceSchema =>
  actionHandlers(order, {
    ping: (params) => usecases.ping(params),
  });
