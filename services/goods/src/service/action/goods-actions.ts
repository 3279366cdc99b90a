import { goods } from '@app/contracts';
import { actionHandlers, type ServiceSchema } from '@app/runtime';
import type { Usecases } from '../../usecase.ts';

/** Contract → use-case, nothing else. */
export const createGoodsActions = (usecases: Usecases): ServiceSchema =>
  actionHandlers(goods, {
    ping: (params) => usecases.ping(params),
  });
