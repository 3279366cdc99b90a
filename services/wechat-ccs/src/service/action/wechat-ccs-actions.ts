import { wechatCcs } from '@app/contracts';
import { actionHandlers, type ServiceSchema } from '@app/runtime';
import type { Usecases } from '../../usecase.ts';

/** Contract → use-case. */
export const createWechatCcsActions = (usecases: Usecases): ServiceSchema =>
  actionHandlers(wechatCcs, {
    exchangeLoginCode: (params) => usecases.exchangeLoginCode(params),
    exchangePhoneCode: (params) => usecases.exchangePhoneCode(params),
    getAccessToken: (params) => usecases.getAccessToken(params),
    invalidateAccessToken: (params) => usecases.invalidateAccessToken(params),
  });
