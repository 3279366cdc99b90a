import type { FastifyInstance } from 'fastify';
import { authenticateApp, serve, type WechatCall } from './call.ts';
import { WechatError } from './errors.ts';
import type { WechatState } from './state.ts';

const codeToSession = (state: WechatState, call: WechatCall): object | string => {
  const app = authenticateApp(state, call.query('appid'), call.query('secret'));
  // Only mini programs have a wx.login.
  if (app.kind !== 'mp') throw new WechatError(40013);
  const { usedCodeErrcode, loginContentType, limits } = app.settings;
  call.refuseUnknown(app, { query: ['appid', 'secret', 'js_code', 'grant_type'] });
  if (call.query('grant_type') !== 'authorization_code') throw new WechatError(40002);
  const code = call.query('js_code');
  if (code === undefined || code === '') throw new WechatError(41008);

  const user = state.loginCodes.peek(code, app.appid, { foreign: 40029, used: usedCodeErrcode });
  const isWithinRate = state.quota.take(
    `${app.appid} login ${user.openid}`,
    'minute',
    limits.loginPerUserPerMinute,
  );
  if (!isWithinRate) throw new WechatError(45011);
  state.loginCodes.spend(code);
  if (user.blocked) throw new WechatError(40226);
  const session = {
    session_key: user.sessionKey,
    openid: user.openid,
    ...(user.unionid === undefined ? {} : { unionid: user.unionid }),
  };
  call.reply.type(`${loginContentType}; charset=utf-8`);
  return JSON.stringify(session);
};

/** `GET /sns/jscode2session` (reference 1). */
export const serveLogin = (app: FastifyInstance, state: WechatState): void => {
  serve(app, 'GET', '/sns/jscode2session', (call) => codeToSession(state, call));
};
