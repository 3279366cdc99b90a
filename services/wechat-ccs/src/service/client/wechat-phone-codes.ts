import type { PhoneCodes, WechatApi } from '../../service.ts';
import { fieldsOf, readPhone } from './wechat-answer.ts';

/** Reference, 2.1. */
export const createWechatPhoneCodes = (api: WechatApi): PhoneCodes => ({
  exchange: (appId, code) =>
    api.call(appId, {
      call: 'phone',
      method: 'POST',
      path: '/wxa/business/getuserphonenumber',
      json: { code },
      isRepeatable: false,
      read: fieldsOf((fields) => readPhone(fields, appId)),
    }),
});
