import { pay } from '@app/contracts';
import { actionHandlers, type ServiceSchema } from '@app/runtime';
import type { Usecases } from '../../usecase.ts';

/** Contract → use-case, nothing else. */
export const createPayActions = (usecases: Usecases): ServiceSchema =>
  actionHandlers(pay, {
    ping: (params) => usecases.ping(params),
  });
