import type { FastifyInstance } from 'fastify';
import { randomText } from '../random.ts';
import { authorize, serve, type WechatCall } from './call.ts';
import { WechatError } from './errors.ts';
import {
  booleanOf,
  integerOf,
  isEnvVersion,
  isLinkQuery,
  objectOf,
  pageOf,
  refuseOthers,
  requiredText,
  textOf,
} from './fields.ts';
import type { WechatApp } from './model.ts';
import type { WechatState } from './state.ts';

type Fields = Readonly<Record<string, unknown>>;

const DAY_SECONDS = 86_400;
const TARGET = ['path', 'query', 'env_version'] as const;
const LIFE = ['expire_type', 'expire_time', 'expire_interval'] as const;

const checkTarget = ({ settings }: WechatApp, target: Fields): void => {
  if (!settings.isReleased) throw new WechatError(85079);
  const path = textOf(target, 'path') ?? '';
  if (path.includes('?') || path.length > 1024) throw new WechatError(40165);
  if (path !== '' && settings.pages?.includes(pageOf(path)) === false) throw new WechatError(40165);
  if (!isLinkQuery(textOf(target, 'query') ?? '')) throw new WechatError(40212);
  if (!isEnvVersion(textOf(target, 'env_version'))) throw new WechatError(85402);
};

/** More than a minute and at most 30 days, given as a time or as a number of days. */
const checkLife = (state: WechatState, fields: Fields): void => {
  const type = integerOf(fields, 'expire_type') ?? 0;
  const time = integerOf(fields, 'expire_time');
  const days = integerOf(fields, 'expire_interval');
  if (type !== 0 && type !== 1) throw new WechatError(47001, 'data format error: expire_type');
  const seconds =
    type === 1 ? days && days * DAY_SECONDS : time && time - state.clock.nowMs() / 1000;
  if (seconds === undefined || seconds <= 60 || seconds > 30 * DAY_SECONDS)
    throw new WechatError(85401);
};

/** Schemes and links draw from one pool. */
const takeLink = (state: WechatState, { appid, settings }: WechatApp): void => {
  const { linksPerSecond, linksPerDay } = settings.limits;
  if (!state.quota.take(`${appid} link`, 'second', linksPerSecond)) throw new WechatError(44990);
  if (!state.quota.take(`${appid} link`, 'day', linksPerDay)) throw new WechatError(44993);
};

const generateScheme = (state: WechatState, call: WechatCall): object => {
  const { app } = authorize(state, call, 'mp');
  const fields = call.body();
  call.refuseUnknown(app, {
    query: ['access_token'],
    body: ['jump_wxa', 'is_expire', ...LIFE],
  });
  const target = objectOf(fields, 'jump_wxa') ?? {};
  if (app.settings.refuseUnknownFields) refuseOthers(target, TARGET);
  checkTarget(app, target);
  if (booleanOf(fields, 'is_expire') !== false) checkLife(state, fields);
  takeLink(state, app);
  return { errcode: 0, errmsg: 'ok', openlink: `weixin://dl/business/?t=${randomText(11)}` };
};

const generateUrlLink = (state: WechatState, call: WechatCall): object => {
  const { app } = authorize(state, call, 'mp');
  const fields = call.body();
  call.refuseUnknown(app, { query: ['access_token'], body: [...TARGET, ...LIFE, 'cloud_base'] });
  checkTarget(app, fields);
  checkLife(state, fields);
  takeLink(state, app);
  return { errcode: 0, errmsg: 'ok', url_link: `https://wxaurl.cn/${randomText(11)}` };
};

const generateShortLink = (state: WechatState, call: WechatCall): object => {
  const { app } = authorize(state, call, 'mp');
  const fields = call.body();
  call.refuseUnknown(app, {
    query: ['access_token'],
    body: ['page_url', 'page_title', 'is_permanent'],
  });
  const { settings, appid } = app;
  const url = requiredText(fields, 'page_url');
  if (pageOf(url) === '' || url.length > 1024) throw new WechatError(40066);
  if (settings.pages?.includes(pageOf(url)) === false) throw new WechatError(40066);
  const title = textOf(fields, 'page_title') ?? '';
  if (/[\r\n]/.test(title)) throw new WechatError(40225);
  const isPermanent = booleanOf(fields, 'is_permanent') ?? false;
  const { shortLinksPerDay, permanentShortLinksInAll } = settings.limits;
  if (state.quota.used(`${appid} short-link`, 'day') >= shortLinksPerDay)
    throw new WechatError(45009);
  if (
    isPermanent &&
    !state.quota.take(`${appid} permanent-short-link`, 'total', permanentShortLinksInAll)
  )
    throw new WechatError(85400);
  state.quota.take(`${appid} short-link`, 'day', shortLinksPerDay);
  const characters = Array.from(title);
  const shown = characters.length > 20 ? `${characters.slice(0, 20).join('')}…` : title;
  return { errcode: 0, errmsg: 'ok', link: `#小程序://${shown || '小程序'}/${randomText(15)}` };
};

/** Reference 6. */
export const serveLinks = (app: FastifyInstance, state: WechatState): void => {
  serve(app, 'POST', '/wxa/generatescheme', (call) => generateScheme(state, call));
  serve(app, 'POST', '/wxa/generate_urllink', (call) => generateUrlLink(state, call));
  serve(app, 'POST', '/wxa/genwxashortlink', (call) => generateShortLink(state, call));
};
