import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { errorBody, WechatError } from './errors.ts';
import type { WechatApp } from './model.ts';
import type { WechatState } from './state.ts';
import type { TokenRecord } from './token-book.ts';

/** One call as the real host sees it: parsed strictly, fields read by name. */
export interface WechatCall {
  readonly ip: string;
  readonly userAgent: string;
  /** A query parameter, or undefined when absent; given twice is 40097. */
  query(name: string): string | undefined;
  /** The JSON body of a POST call; 44002 when empty, 47001 when not a JSON object. */
  body(): Readonly<Record<string, unknown>>;
  /** Refuses names outside the list, unless the app's settings say to ignore them. */
  refuseUnknown(
    app: WechatApp,
    fields: { query?: readonly string[]; body?: readonly string[] },
  ): void;
  /** For the rare answer that is not `application/json`. */
  readonly reply: FastifyReply;
}

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'];

/** `::ffff:127.0.0.1` → `127.0.0.1`, the form in which whitelists are written. */
const plainIp = (ip: string): string => ip.replace(/^::ffff:/, '');

const parseBody = (raw: unknown): Readonly<Record<string, unknown>> => {
  const text = Buffer.isBuffer(raw) ? raw.toString('utf8') : '';
  if (text.trim() === '') throw new WechatError(44002);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new WechatError(47001);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new WechatError(47001);
  return value as Readonly<Record<string, unknown>>;
};

const createCall = (request: FastifyRequest, reply: FastifyReply): WechatCall => {
  const params = request.query as Readonly<Record<string, string | string[] | undefined>>;
  return {
    ip: plainIp(request.ip),
    userAgent: request.headers['user-agent'] ?? '',
    reply,
    query(name) {
      const value = params[name];
      if (Array.isArray(value)) throw new WechatError(40097, `invalid args: ${name} given twice`);
      return value;
    },
    body: () => parseBody(request.body),
    refuseUnknown(app, { query = [], body }) {
      if (!app.settings.refuseUnknownFields) return;
      const inQuery = Object.keys(params).find((name) => !query.includes(name));
      if (inQuery !== undefined)
        throw new WechatError(40097, `invalid args: unknown parameter ${inQuery}`);
      if (body === undefined) return;
      const inBody = Object.keys(parseBody(request.body)).find((name) => !body.includes(name));
      if (inBody !== undefined)
        throw new WechatError(47001, `data format error: unknown field ${inBody}`);
    },
  };
};

/**
 * Serves one path of api.weixin.qq.com: the wrong method and every {@link WechatError} become
 * HTTP 200 with `errcode` and a request id in `errmsg`.
 */
export const serve = (
  app: FastifyInstance,
  method: 'GET' | 'POST',
  url: string,
  handle: (call: WechatCall) => object | string,
): void => {
  app.route({
    method: METHODS,
    url,
    exposeHeadRoute: false,
    handler: (request, reply) => {
      try {
        if (request.method !== method) throw new WechatError(method === 'POST' ? 43002 : 43001);
        return reply.send(handle(createCall(request, reply)));
      } catch (error) {
        if (!(error instanceof WechatError)) throw error;
        return reply
          .type('application/json; charset=utf-8')
          .send(errorBody(error.errcode, error.message));
      }
    },
  });
};

/** The account behind `appid` and `secret` of a call that has no token; 41002, 41004, 40013, 40125. */
export const authenticateApp = (
  state: WechatState,
  appid: unknown,
  secret: unknown,
  /** The classic token call tells another account's secret (40001) from a wrong one (reference 3.1). */
  foreignSecretErrcode = 40125,
): WechatApp => {
  if (appid === undefined || appid === '') throw new WechatError(41002);
  const app = typeof appid === 'string' ? state.findApp(appid) : undefined;
  if (app === undefined) throw new WechatError(40013);
  if (secret === undefined || secret === '') throw new WechatError(41004);
  if (secret === app.settings.secret) return app;
  const isForeign = state.apps().some((other) => other.settings.secret === secret);
  throw new WechatError(isForeign ? foreignSecretErrcode : 40125);
};

/** The account behind the `access_token` of a call; 41001, 40014, 42001, 40001, and 48001 for the wrong kind. */
export const authorize = (
  state: WechatState,
  call: WechatCall,
  kind?: WechatApp['kind'],
): { app: WechatApp; token: TokenRecord } => {
  const token = state.tokens.verify(call.query('access_token'));
  const app = state.findApp(token.appid);
  if (app === undefined) throw new WechatError(40013);
  if (kind !== undefined && app.kind !== kind) throw new WechatError(48001);
  return { app, token };
};
