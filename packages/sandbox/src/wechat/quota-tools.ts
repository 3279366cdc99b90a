import type { FastifyInstance } from 'fastify';
import { authorize, serve, type WechatCall } from './call.ts';
import { WechatError } from './errors.ts';
import type { WechatApp } from './model.ts';
import type { WechatState } from './state.ts';

interface Allowance {
  readonly key: string;
  readonly max: number;
}

/** The interfaces whose daily allowance is kept, by path. */
const allowanceOf = ({ appid, settings }: WechatApp, path: string): Allowance | undefined => {
  const { limits } = settings;
  const allowances: Readonly<Record<string, Allowance>> = {
    '/cgi-bin/token': { key: `${appid} classic`, max: limits.classicPerDay },
    '/cgi-bin/stable_token': { key: `${appid} stable`, max: limits.stablePerDay },
    '/cgi-bin/ticket/getticket': { key: `${appid} ticket jsapi`, max: limits.ticketsPerDay },
  };
  return Object.hasOwn(allowances, path) ? allowances[path] : undefined;
};

const getQuota = (state: WechatState, call: WechatCall): object => {
  const { app } = authorize(state, call);
  const { cgi_path } = call.body();
  call.refuseUnknown(app, { query: ['access_token'], body: ['cgi_path'] });
  if (typeof cgi_path !== 'string' || cgi_path === '') throw new WechatError(47001);
  const allowance = allowanceOf(app, cgi_path);
  if (allowance === undefined) throw new WechatError(76021);
  const { key, max } = allowance;
  const used = state.quota.used(key, 'day');
  const quota = { daily_limit: max, used, remain: Math.max(0, max - used) };
  return { errcode: 0, errmsg: 'ok', quota };
};

/** `POST /cgi-bin/openapi/quota/get` (reference 3.2). Asking costs nothing. */
export const serveQuotaTools = (app: FastifyInstance, state: WechatState): void => {
  serve(app, 'POST', '/cgi-bin/openapi/quota/get', (call) => getQuota(state, call));
};
