import { createHmac } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import { authorize, serve, type WechatCall } from './call.ts';
import { WechatError } from './errors.ts';
import type { WechatApp, WechatUser } from './model.ts';
import type { WechatState } from './state.ts';

/** The signature the caller must send: over nothing, keyed with the text of session_key as it is. */
const signatureOf = (sessionKey: string): string =>
  createHmac('sha256', sessionKey).update('').digest('hex');

/** Both calls take the same query and are refused in the same ways. */
const verifySession = (
  state: WechatState,
  call: WechatCall,
): { app: WechatApp; user: WechatUser } => {
  const { app } = authorize(state, call, 'mp');
  call.refuseUnknown(app, { query: ['access_token', 'openid', 'signature', 'sig_method'] });
  const user = state.findUser(app.appid, call.query('openid') ?? '');
  if (user === undefined) throw new WechatError(40003);
  if (call.query('sig_method') !== 'hmac_sha256') throw new WechatError(87008);
  if (call.query('signature') !== signatureOf(user.sessionKey)) throw new WechatError(87009);
  return { app, user };
};

/** `GET /wxa/checksession` and `GET /wxa/resetusersessionkey` (reference 1.1). */
export const serveSession = (app: FastifyInstance, state: WechatState): void => {
  serve(app, 'GET', '/wxa/checksession', (call) => {
    verifySession(state, call);
    return { errcode: 0, errmsg: 'ok' };
  });
  serve(app, 'GET', '/wxa/resetusersessionkey', (call) => {
    const { app: account, user } = verifySession(state, call);
    const { resetSessionKeyPerMinute } = account.settings.limits;
    if (
      !state.quota.take(`${account.appid} reset-session-key`, 'minute', resetSessionKeyPerMinute)
    ) {
      throw new WechatError(45011);
    }
    user.sessionKey = state.newSessionKey();
    return { errcode: 0, errmsg: 'ok', openid: user.openid, session_key: user.sessionKey };
  });
};
