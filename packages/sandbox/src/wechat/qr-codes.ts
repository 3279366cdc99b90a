import type { FastifyInstance } from 'fastify';
import { authorize, serve, type WechatCall } from './call.ts';
import { WechatError } from './errors.ts';
import {
  booleanOf,
  integerOf,
  isEnvVersion,
  objectOf,
  pageOf,
  refuseOthers,
  requiredText,
  textOf,
} from './fields.ts';
import type { WechatApp } from './model.ts';
import { drawCode } from './png.ts';
import type { WechatState } from './state.ts';

type Fields = Readonly<Record<string, unknown>>;

const SCENE = /^[0-9A-Za-z!#$&'()*+,/:;=?@\-._~]+$/;
const LOOK = ['env_version', 'width', 'auto_color', 'line_color', 'is_hyaline'] as const;

const widthOf = (fields: Fields): number => {
  const width = integerOf(fields, 'width') ?? 430;
  if (width < 280 || width > 1280) throw new WechatError(40097, 'invalid args: width');
  return width;
};

const checkLook = (fields: Fields): number => {
  if (!isEnvVersion(textOf(fields, 'env_version')))
    throw new WechatError(40097, 'invalid args: env_version');
  booleanOf(fields, 'auto_color');
  booleanOf(fields, 'is_hyaline');
  const color = objectOf(fields, 'line_color');
  if (color !== undefined) {
    refuseOthers(color, ['r', 'g', 'b']);
    for (const channel of ['r', 'g', 'b']) {
      const value = integerOf(color, channel);
      if (value === undefined || value < 0 || value > 255)
        throw new WechatError(40097, 'invalid args: line_color');
    }
  }
  return widthOf(fields);
};

const draw = (call: WechatCall, text: string, width: number): Buffer => {
  call.reply.type('image/png');
  return drawCode(text, width);
};

const unlimited = (state: WechatState, call: WechatCall): object => {
  const { app } = authorize(state, call, 'mp');
  const fields = call.body();
  call.refuseUnknown(app, {
    query: ['access_token'],
    body: ['scene', 'page', 'check_path', ...LOOK],
  });
  const scene = requiredText(fields, 'scene');
  if (scene === '' || scene.length > 32) throw new WechatError(40129);
  if (!SCENE.test(scene)) throw new WechatError(40169, 'invalid scene: character');
  const page = textOf(fields, 'page') ?? '';
  if (page.startsWith('/') || page.includes('?')) throw new WechatError(41030);
  const isChecked = booleanOf(fields, 'check_path') ?? true;
  const { pages, limits } = app.settings;
  if (isChecked && page !== '' && pages?.includes(page) === false) throw new WechatError(41030);
  const width = checkLook(fields);
  const key = `${app.appid} unlimited-qr`;
  if (!state.quota.take(key, 'minute', limits.unlimitedQrPerMinute)) throw new WechatError(45011);
  return draw(call, `${app.appid} ${page} ${scene}`, width);
};

/** Both limited kinds draw from one allowance, for ever; the header says how much of it is gone. */
const takeLimited = (state: WechatState, call: WechatCall, app: WechatApp): void => {
  const key = `${app.appid} limited-qr`;
  if (!state.quota.take(key, 'total', app.settings.limits.qrCodesInAll))
    throw new WechatError(45029);
  call.reply.header('Num-Used', String(state.quota.used(key, 'total')));
};

const limited = (
  state: WechatState,
  call: WechatCall,
  { pathMax, look }: { readonly pathMax: number; readonly look: boolean },
): object => {
  const { app } = authorize(state, call, 'mp');
  const fields = call.body();
  call.refuseUnknown(app, {
    query: ['access_token'],
    body: ['path', ...(look ? LOOK : ['width'])],
  });
  const path = requiredText(fields, 'path');
  if (pageOf(path) === '' || path.length > pathMax) throw new WechatError(40159);
  const width = look ? checkLook(fields) : widthOf(fields);
  takeLimited(state, call, app);
  return draw(call, `${app.appid} ${path}`, width);
};

/** Reference 5. */
export const serveQrCodes = (app: FastifyInstance, state: WechatState): void => {
  serve(app, 'POST', '/wxa/getwxacodeunlimit', (call) => unlimited(state, call));
  serve(app, 'POST', '/wxa/getwxacode', (call) =>
    limited(state, call, { pathMax: 1024, look: true }),
  );
  serve(app, 'POST', '/cgi-bin/wxaapp/createwxaqrcode', (call) =>
    limited(state, call, { pathMax: 128, look: false }),
  );
};
