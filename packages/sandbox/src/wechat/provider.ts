import type { Provider } from '../provider.ts';
import { controlWechat } from './control.ts';
import { errorBody } from './errors.ts';
import { serveLogin } from './login.ts';
import { servePhone } from './phone.ts';
import { serveSession } from './session.ts';
import type { WechatState } from './state.ts';
import { serveTokens } from './tokens.ts';

/** Plays api.weixin.qq.com. */
export const createWechatProvider = (state: WechatState): Provider => ({
  name: 'wechat',
  errorBody: (errcode) => errorBody(Number(errcode)),
  upstream(app) {
    serveTokens(app, state);
    serveLogin(app, state);
    serveSession(app, state);
    servePhone(app, state);
  },
  control: (app) => {
    controlWechat(app, state);
  },
});
