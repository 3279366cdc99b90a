import type { FastifyInstance } from 'fastify';
import { ControlError } from '../control-error.ts';
import { randomHex } from '../random.ts';
import { authorize, serve, type WechatCall } from './call.ts';
import { WechatError } from './errors.ts';
import { integerOf, requiredText, textOf } from './fields.ts';
import type { MediaCheck, WechatApp } from './model.ts';
import type { WechatState } from './state.ts';

type Fields = Readonly<Record<string, unknown>>;

const checkVersion = (fields: Fields): void => {
  // Version 1 ended in 2021.
  if (integerOf(fields, 'version') !== 2)
    throw new WechatError(47001, 'data format error: version');
};

const checkScene = (fields: Fields): number => {
  const scene = integerOf(fields, 'scene');
  if (scene === undefined) throw new WechatError(47001, 'data format error: scene is missing');
  if (scene < 1 || scene > 4) throw new WechatError(40129);
  return scene;
};

/** A user of this app who was there lately. */
const checkVisitor = (state: WechatState, app: WechatApp, fields: Fields): string => {
  const openid = requiredText(fields, 'openid');
  if (openid === '') throw new WechatError(40003);
  const user = state.findUser(app.appid, openid);
  if (user === undefined) {
    const isForeign = state.apps().some(({ appid }) => state.findUser(appid, openid) !== undefined);
    throw new WechatError(isForeign ? 43104 : 40003);
  }
  const ageMs = state.clock.nowMs() - user.visitedAtMs;
  if (ageMs > app.settings.limits.visitMaxAgeSeconds * 1000) throw new WechatError(61010);
  return openid;
};

const take = (
  state: WechatState,
  key: string,
  { perMinute, perDay }: { readonly perMinute: number; readonly perDay: number },
): void => {
  if (!state.quota.take(key, 'minute', perMinute)) throw new WechatError(44991);
  if (!state.quota.take(key, 'day', perDay)) throw new WechatError(45009);
};

const judge = ({ settings }: WechatApp, text: string) => {
  const rule = settings.textRules.find(({ keyword }) => text.includes(keyword));
  const result =
    rule === undefined
      ? { suggest: 'pass', label: 100 }
      : { suggest: rule.suggest, label: rule.label };
  const found = rule === undefined ? {} : { keyword: rule.keyword, level: 90 };
  return {
    result,
    detail: [
      { strategy: 'keyword', errcode: 0, ...result, ...found, prob: 90 },
      // The model that could not decide: such an entry does not count.
      { strategy: 'content_model', errcode: -1, suggest: 'risky', label: 21000, prob: 50 },
    ],
  };
};

const checkText = (state: WechatState, call: WechatCall): object => {
  const { app } = authorize(state, call, 'mp');
  const fields = call.body();
  const optional = ['title', 'nickname', 'signature'] as const;
  call.refuseUnknown(app, {
    query: ['access_token'],
    body: ['content', 'version', 'scene', 'openid', ...optional],
  });
  checkVersion(fields);
  const scene = checkScene(fields);
  const content = requiredText(fields, 'content');
  if (content === '' || Array.from(content).length > 2500)
    throw new WechatError(47001, 'data format error: content');
  const others = optional.map((name) => textOf(fields, name) ?? '');
  if (fields['signature'] !== undefined && scene !== 1)
    throw new WechatError(47001, 'data format error: signature');
  checkVisitor(state, app, fields);
  const { textChecksPerMinute, textChecksPerDay } = app.settings.limits;
  take(state, `${app.appid} text-check`, {
    perMinute: textChecksPerMinute,
    perDay: textChecksPerDay,
  });
  const verdict = judge(app, [content, ...others].join('\n'));
  return { errcode: 0, errmsg: 'ok', ...verdict, trace_id: randomHex(32) };
};

const checkMedia = (state: WechatState, call: WechatCall): object => {
  const { app } = authorize(state, call, 'mp');
  const fields = call.body();
  call.refuseUnknown(app, {
    query: ['access_token'],
    body: ['media_url', 'media_type', 'version', 'scene', 'openid'],
  });
  checkVersion(fields);
  checkScene(fields);
  const mediaUrl = requiredText(fields, 'media_url');
  if (!/^https?:\/\/[^\s]+$/.test(mediaUrl)) throw new WechatError(47001);
  const type = integerOf(fields, 'media_type');
  if (type !== 1 && type !== 2) throw new WechatError(40004);
  const openid = checkVisitor(state, app, fields);
  const { limits } = app.settings;
  take(state, `${app.appid} media-check`, {
    perMinute: limits.mediaChecksPerMinute,
    perDay: limits.mediaChecksPerDay,
  });
  const same = `${app.appid} same-media ${openid} ${mediaUrl}`;
  if (!state.quota.take(same, 'day', limits.sameMediaPerDay)) throw new WechatError(87020);
  const traceId = randomHex(32);
  state.mediaChecks.push({
    appid: app.appid,
    traceId,
    openid,
    mediaUrl,
    mediaType: type === 1 ? 'audio' : 'image',
    askedAtMs: state.clock.nowMs(),
  });
  return { errcode: 0, errmsg: 'ok', trace_id: traceId };
};

/** `POST /wxa/msg_sec_check` and `POST /wxa/media_check_async` (reference 8). */
export const serveContentChecks = (app: FastifyInstance, state: WechatState): void => {
  serve(app, 'POST', '/wxa/msg_sec_check', (call) => checkText(state, call));
  serve(app, 'POST', '/wxa/media_check_async', (call) => checkMedia(state, call));
};

export interface VerdictInput {
  readonly suggest?: 'pass' | 'review' | 'risky';
  readonly label?: number;
  /** -1008: WeChat could not fetch the file. */
  readonly errcode?: number;
}

/** The event that WeChat pushes for a check, as fields of the message. */
export const verdictMessage = (
  { appid, traceId, openid }: MediaCheck,
  { suggest = 'pass', label = 100, errcode = 0 }: VerdictInput,
  nowMs: number,
): Readonly<Record<string, unknown>> => ({
  ToUserName: `gh_${appid.slice(-12)}`,
  FromUserName: openid,
  CreateTime: Math.floor(nowMs / 1000),
  MsgType: 'event',
  Event: 'wxa_media_check',
  appid,
  trace_id: traceId,
  version: 2,
  ...(errcode === 0
    ? {
        detail: [{ strategy: 'content_model', errcode: 0, suggest, label, prob: 90 }],
        errcode,
        errmsg: 'ok',
        result: { suggest, label },
      }
    : { errcode, errmsg: 'download failed' }),
});

const verdictSchema = {
  type: 'object',
  additionalProperties: false,
  properties: {
    suggest: { enum: ['pass', 'review', 'risky'] },
    label: { type: 'integer' },
    errcode: { type: 'integer' },
  },
};

/** What was asked, and the message its verdict would be. */
export const controlContentChecks = (app: FastifyInstance, state: WechatState): void => {
  app.get('/wechat/media-checks', () => state.mediaChecks);
  app.post<{ Params: { traceId: string }; Body: VerdictInput }>(
    '/wechat/media-checks/:traceId/verdict-message',
    { schema: { body: verdictSchema } },
    (request) => {
      const check = state.mediaChecks.find(({ traceId }) => traceId === request.params.traceId);
      if (check === undefined) throw new ControlError('traceId', 'nobody asked for it', 404);
      return verdictMessage(check, request.body, state.clock.nowMs());
    },
  );
};
