import type { Provider } from '../provider.ts';
import { controlWechat } from './control.ts';
import { errorBody } from './errors.ts';
import { serveContentChecks } from './content-check.ts';
import { serveLinks } from './links.ts';
import { serveLogin } from './login.ts';
import { servePhone } from './phone.ts';
import { controlPush } from './push-control.ts';
import { serveQrCodes } from './qr-codes.ts';
import { serveQuotaTools } from './quota-tools.ts';
import { serveSession } from './session.ts';
import { controlShipping, serveShipping } from './shipping.ts';
import type { WechatState } from './state.ts';
import { controlSubscribe, serveSubscribe } from './subscribe.ts';
import { serveTickets } from './tickets.ts';
import { serveTokens } from './tokens.ts';

/** Plays api.weixin.qq.com. */
export const createWechatProvider = (state: WechatState): Provider => ({
  name: 'wechat',
  errorBody: (errcode) => errorBody(Number(errcode)),
  upstream(app) {
    serveTokens(app, state);
    serveTickets(app, state);
    serveLogin(app, state);
    serveSession(app, state);
    servePhone(app, state);
    serveQrCodes(app, state);
    serveLinks(app, state);
    serveContentChecks(app, state);
    serveQuotaTools(app, state);
    serveSubscribe(app, state);
    serveShipping(app, state);
  },
  control: (app) => {
    controlWechat(app, state);
    controlPush(app, state);
    controlSubscribe(app, state);
    controlShipping(app, state);
  },
});
