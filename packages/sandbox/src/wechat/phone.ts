import type { FastifyInstance } from 'fastify';
import { authorize, serve, type WechatCall } from './call.ts';
import { WechatError } from './errors.ts';
import type { WechatState } from './state.ts';

const getPhoneNumber = (state: WechatState, call: WechatCall): object => {
  const { app } = authorize(state, call, 'mp');
  const { code, openid } = call.body();
  call.refuseUnknown(app, { query: ['access_token'], body: ['code', 'openid'] });
  if (typeof code !== 'string' || code === '') throw new WechatError(47001);
  if (openid !== undefined && typeof openid !== 'string') throw new WechatError(47001);

  const grant = state.phoneCodes.peek(code, app.appid, { foreign: 40013, used: 40029 });
  if (openid !== undefined) {
    const isOwner =
      grant.openid === undefined
        ? state.findUser(app.appid, openid) !== undefined
        : grant.openid === openid;
    if (!isOwner) throw new WechatError(40003);
  }
  state.phoneCodes.spend(code);
  const { purePhoneNumber, countryCode } = grant;
  return {
    errcode: 0,
    errmsg: 'ok',
    phone_info: {
      phoneNumber: countryCode === '86' ? purePhoneNumber : `+${countryCode}${purePhoneNumber}`,
      purePhoneNumber,
      countryCode,
      watermark: { timestamp: Math.floor(state.clock.nowMs() / 1000), appid: app.appid },
    },
  };
};

/** `POST /wxa/business/getuserphonenumber` (reference 2.1). */
export const servePhone = (app: FastifyInstance, state: WechatState): void => {
  serve(app, 'POST', '/wxa/business/getuserphonenumber', (call) => getPhoneNumber(state, call));
};
