import { wechatCcs } from '@app/contracts';
import type { ActionCaller } from '@app/runtime';
import type { WechatClient } from '../../service.ts';

/** Without an app id wechat-ccs takes the mini program's own. */
export const createWechatCcsClient = (call: ActionCaller): WechatClient => ({
  exchangeLoginCode: (code) => call(wechatCcs.actions.exchangeLoginCode, { code }),
  exchangePhoneCode: (code) => call(wechatCcs.actions.exchangePhoneCode, { code }),
});
