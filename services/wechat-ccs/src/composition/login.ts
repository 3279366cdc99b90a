import { createWechatPhoneCodes } from '../service/client/wechat-phone-codes.ts';
import { createExchangeLoginCode } from '../usecase/exchange-login-code.ts';
import { createExchangePhoneCode } from '../usecase/exchange-phone-code.ts';
import type { Foundation, Group } from './foundation.ts';

/** Who a user is: codes of the mini program's front end. */
export const createLoginGroup = (
  foundation: Foundation,
): Group<'exchangeLoginCode' | 'exchangePhoneCode'> => {
  const { named, api } = foundation;
  const phoneCodes = createWechatPhoneCodes(api);
  return {
    handlers: {
      exchangeLoginCode: named('exchangeLoginCode', createExchangeLoginCode(foundation)),
      exchangePhoneCode: named(
        'exchangePhoneCode',
        createExchangePhoneCode({ ...foundation, phoneCodes }),
      ),
    },
  };
};
