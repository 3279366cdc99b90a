import { wechatCcsError } from '../../errors.ts';
import type { WechatApi, WechatSessions } from '../../service.ts';
import { fieldsOf, isText } from './wechat-answer.ts';

const STALE_KEY = 87009;

const queryOf = (openid: string, signature: string) => ({
  query: { openid, signature, sig_method: 'hmac_sha256' },
  secretQueryKeys: ['openid', 'signature'],
});

/** Reference, 1.1. */
export const createWechatSessions = (api: WechatApi): WechatSessions => ({
  check: (appId, openid, signature) =>
    api.call(appId, {
      call: 'checkSession',
      method: 'GET',
      path: '/wxa/checksession',
      ...queryOf(openid, signature),
      isRepeatable: true,
      read: fieldsOf<boolean>(() => true),
      onRefusal: (errcode) => (errcode === STALE_KEY ? false : undefined),
    }),

  reset: (appId, openid, signature) =>
    api.call(appId, {
      call: 'resetSession',
      method: 'GET',
      path: '/wxa/resetusersessionkey',
      ...queryOf(openid, signature),
      // The second run would be signed with a key that is dead by then.
      isRepeatable: false,
      read: fieldsOf(({ openid: whose, session_key: key }) =>
        whose === openid && isText(key) ? key : undefined,
      ),
      onRefusal(errcode) {
        if (errcode === STALE_KEY) throw wechatCcsError('WECHAT_SESSION_STALE');
        return undefined;
      },
    }),
});
