import type { FastifyInstance } from 'fastify';
import { ControlError } from '../control-error.ts';
import { authorize, serve, type WechatCall } from './call.ts';
import { WechatError } from './errors.ts';
import type { WechatState } from './state.ts';
import type { MessageTemplate } from './subscribe-book.ts';
import { isTemplateKey, keepsRules } from './template-rules.ts';

const BODY = ['touser', 'template_id', 'page', 'data', 'miniprogram_state', 'lang'];
const STATES = ['developer', 'trial', 'formal'];
const LANGUAGES = ['zh_CN', 'en_US', 'zh_HK', 'zh_TW'];

const fieldError = (key: string): WechatError =>
  new WechatError(47003, `argument invalid! data.${key}.value invalid`);

/** The values by key; 47003 names the first that is missing, superfluous or against its rules. */
const readData = (data: unknown, template: MessageTemplate): Record<string, string> => {
  if (typeof data !== 'object' || data === null || Array.isArray(data)) {
    throw new WechatError(47001);
  }
  const given = data as Readonly<Record<string, { readonly value?: unknown } | null>>;
  const keys = template.keys ?? Object.keys(given);
  const superfluous = Object.keys(given).find((key) => !keys.includes(key));
  if (superfluous !== undefined) throw fieldError(superfluous);
  return Object.fromEntries(
    keys.map((key) => {
      const value = given[key]?.value;
      const isValid =
        typeof value === 'string' &&
        isTemplateKey(key) &&
        keepsRules(key, value, template.options[key]);
      if (!isValid) throw fieldError(key);
      return [key, value];
    }),
  );
};

const oneOf = (value: unknown, allowed: readonly string[], standard: string): string => {
  if (value === undefined) return standard;
  if (typeof value !== 'string' || !allowed.includes(value)) throw new WechatError(40097);
  return value;
};

const readPage = (state: WechatState, appid: string, page: unknown): string | null => {
  if (page === undefined || page === '') return null;
  const path = typeof page === 'string' ? (page.split('?', 1)[0] ?? '') : '';
  const isPath = /^[A-Za-z0-9_-]+(\/[A-Za-z0-9_-]+)*$/.test(path);
  if (!isPath || !state.subscribe.hasPage(appid, path)) throw new WechatError(41030);
  return page as string;
};

const send = (state: WechatState, call: WechatCall): string => {
  const { app } = authorize(state, call, 'mp');
  const { appid } = app;
  const body = call.body();
  call.refuseUnknown(app, { query: ['access_token'], body: BODY });
  const { touser: openid, template_id: templateId } = body;
  if (typeof openid !== 'string' || state.findUser(appid, openid) === undefined) {
    throw new WechatError(40003);
  }
  const template =
    typeof templateId === 'string' ? state.subscribe.findTemplate(appid, templateId) : undefined;
  if (template === undefined) throw new WechatError(40037);
  const page = readPage(state, appid, body['page']);
  const data = readData(body['data'], template);
  const languageAndState = {
    state: oneOf(body['miniprogram_state'], STATES, 'formal'),
    lang: oneOf(body['lang'], LANGUAGES, 'zh_CN'),
  };
  if (state.subscribe.remaining(appid, openid, template.templateId) < 1) {
    throw new WechatError(43101);
  }
  const { msgid } = state.subscribe.deliver({
    appid,
    openid,
    templateId: template.templateId,
    page,
    data,
    ...languageAndState,
    atMs: state.clock.nowMs(),
  });
  call.reply.type('application/json; charset=utf-8');
  // By hand: the number has more digits than a double.
  return `{"errcode":0,"errmsg":"ok","msgid":${msgid}}`;
};

/** `POST /cgi-bin/message/subscribe/send` (reference 7). */
export const serveSubscribe = (app: FastifyInstance, state: WechatState): void => {
  serve(app, 'POST', '/cgi-bin/message/subscribe/send', (call) => send(state, call));
};

const identifier = { type: 'string', pattern: '^[A-Za-z0-9_-]{1,64}$' } as const;
const texts = { type: 'array', items: { type: 'string', minLength: 1 }, maxItems: 100 } as const;

const object = (properties: object, required: readonly string[] = []): object => ({
  type: 'object',
  additionalProperties: false,
  properties,
  required,
});

const templateSchema = object(
  {
    templateId: identifier,
    appid: identifier,
    keys: texts,
    options: { type: 'object', additionalProperties: texts },
  },
  ['templateId'],
);

const subscriptionSchema = object(
  {
    openid: identifier,
    templateId: identifier,
    times: { type: 'integer', minimum: 0, maximum: 1000 },
    appid: identifier,
  },
  ['openid', 'templateId'],
);

const pagesSchema = object({ appid: identifier, pages: { anyOf: [{ type: 'null' }, texts] } }, [
  'pages',
]);

interface TemplateBody {
  templateId: string;
  appid?: string;
  keys?: string[];
  options?: Record<string, string[]>;
}

interface SubscriptionBody {
  openid: string;
  templateId: string;
  times?: number;
  appid?: string;
}

const defineTemplate = (state: WechatState, body: TemplateBody): MessageTemplate => {
  const { appid } = state.miniProgram(body.appid);
  const wrong = body.keys?.find((key) => !isTemplateKey(key));
  if (wrong !== undefined) throw new ControlError('keys', `${wrong} is no key of a template`);
  const { templateId, keys = null, options = {} } = body;
  const template = { templateId, keys, options };
  state.subscribe.defineTemplate(appid, template);
  return template;
};

/** The user answers a popup so many times; 0 switches the template off. */
const subscribe = (state: WechatState, body: SubscriptionBody): object => {
  const { appid } = state.miniProgram(body.appid);
  const { openid, templateId, times = 1 } = body;
  if (state.findUser(appid, openid) === undefined) {
    throw new ControlError('openid', 'is no user of this app: sign in first');
  }
  // A popup shows selected templates only, so accepting one means that it is.
  if (state.subscribe.findTemplate(appid, templateId) === undefined) {
    state.subscribe.defineTemplate(appid, { templateId, keys: null, options: {} });
  }
  if (times === 0) state.subscribe.revoke(appid, openid, templateId);
  else state.subscribe.grant(appid, openid, templateId, times);
  return { openid, templateId, remaining: state.subscribe.remaining(appid, openid, templateId) };
};

/** What the console of an account and its users do, and what was delivered. */
export const controlSubscribe = (app: FastifyInstance, state: WechatState): void => {
  app.post<{ Body: TemplateBody }>(
    '/wechat/templates',
    { schema: { body: templateSchema } },
    (request) => defineTemplate(state, request.body),
  );
  app.post<{ Body: { appid?: string; pages: string[] | null } }>(
    '/wechat/message-pages',
    { schema: { body: pagesSchema } },
    (request) => {
      state.subscribe.releasePages(state.miniProgram(request.body.appid).appid, request.body.pages);
      return { pages: request.body.pages };
    },
  );
  app.post<{ Body: SubscriptionBody }>(
    '/wechat/subscriptions',
    { schema: { body: subscriptionSchema } },
    (request) => subscribe(state, request.body),
  );
  app.get<{ Querystring: { openid?: string } }>(
    '/wechat/messages',
    { schema: { querystring: object({ openid: identifier }) } },
    (request) => state.subscribe.delivered(request.query.openid),
  );
};
