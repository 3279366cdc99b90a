import type { FastifyInstance } from 'fastify';
import { authenticateApp, authorize, serve, type WechatCall } from './call.ts';
import { WechatError } from './errors.ts';
import { requiredText } from './fields.ts';
import type { WechatApp, WechatLimits } from './model.ts';
import type { QuotaWindow } from './quota.ts';
import type { WechatState } from './state.ts';

interface Counted {
  /** Name of the counter, behind the app id. */
  readonly counter: string;
  readonly perDay: keyof WechatLimits;
  readonly rate?: {
    readonly window: QuotaWindow & ('second' | 'minute');
    readonly max: keyof WechatLimits;
  };
}

const LINK: Counted = {
  counter: 'link',
  perDay: 'linksPerDay',
  rate: { window: 'second', max: 'linksPerSecond' },
};

/** The calls whose days are counted. */
const counted: Readonly<Record<string, Counted>> = {
  '/cgi-bin/token': { counter: 'classic', perDay: 'classicPerDay' },
  '/cgi-bin/stable_token': {
    counter: 'stable',
    perDay: 'stablePerDay',
    rate: { window: 'minute', max: 'stablePerMinute' },
  },
  '/wxa/generatescheme': LINK,
  '/wxa/generate_urllink': LINK,
  '/wxa/genwxashortlink': { counter: 'short-link', perDay: 'shortLinksPerDay' },
  '/wxa/msg_sec_check': {
    counter: 'text-check',
    perDay: 'textChecksPerDay',
    rate: { window: 'minute', max: 'textChecksPerMinute' },
  },
  '/wxa/media_check_async': {
    counter: 'media-check',
    perDay: 'mediaChecksPerDay',
    rate: { window: 'minute', max: 'mediaChecksPerMinute' },
  },
};

const getQuota = (state: WechatState, call: WechatCall): object => {
  const { app } = authorize(state, call);
  call.refuseUnknown(app, { query: ['access_token'], body: ['cgi_path'] });
  const { limits } = app.settings;
  const entry = counted[requiredText(call.body(), 'cgi_path')];
  if (entry === undefined) throw new WechatError(76021);
  const { counter, perDay, rate } = entry;
  const used = state.quota.used(`${app.appid} ${counter}`, 'day');
  return {
    errcode: 0,
    errmsg: 'ok',
    quota: { daily_limit: limits[perDay], used, remain: Math.max(0, limits[perDay] - used) },
    ...(rate === undefined
      ? {}
      : {
          rate_limit: {
            call_count: limits[rate.max],
            refresh_second: rate.window === 'second' ? 1 : 60,
          },
        }),
  };
};

/** Both calls together have ten a month. Forced token refreshes stay counted. */
const clear = (state: WechatState, { appid, settings }: WechatApp): object => {
  const max = settings.limits.quotaClearsPerMonth;
  if (!state.quota.take(`${appid} quota-clear`, 'month', max)) throw new WechatError(48006);
  for (const { counter } of Object.values(counted)) state.quota.clearDay(`${appid} ${counter}`);
  return { errcode: 0, errmsg: 'ok' };
};

const clearWithToken = (state: WechatState, call: WechatCall): object => {
  const { app } = authorize(state, call);
  call.refuseUnknown(app, { query: ['access_token'], body: ['appid'] });
  if (requiredText(call.body(), 'appid') !== app.appid) throw new WechatError(40013);
  return clear(state, app);
};

/** The vendor's table has the secret in the body, its example in the query: both work. */
const clearWithSecret = (state: WechatState, call: WechatCall): object => {
  const inQuery = call.query('appid') !== undefined || call.query('appsecret') !== undefined;
  const names = ['appid', 'appsecret'];
  if (inQuery) {
    const app = authenticateApp(state, call.query('appid'), call.query('appsecret'));
    call.refuseUnknown(app, { query: names });
    return clear(state, app);
  }
  const { appid, appsecret } = call.body();
  const app = authenticateApp(state, appid, appsecret);
  call.refuseUnknown(app, { query: [], body: names });
  return clear(state, app);
};

/** Reference 3.2. */
export const serveQuotaTools = (app: FastifyInstance, state: WechatState): void => {
  serve(app, 'POST', '/cgi-bin/openapi/quota/get', (call) => getQuota(state, call));
  serve(app, 'POST', '/cgi-bin/clear_quota', (call) => clearWithToken(state, call));
  serve(app, 'POST', '/cgi-bin/clear_quota/v2', (call) => clearWithSecret(state, call));
};
