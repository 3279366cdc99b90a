import type { FastifyInstance } from 'fastify';
import { authenticateApp, serve, type WechatCall } from './call.ts';
import { WechatError } from './errors.ts';
import type { WechatApp } from './model.ts';
import type { WechatState } from './state.ts';
import { tokenIdOf, type TokenLogEntry } from './token-log.ts';
import type { TokenRecord } from './token-book.ts';

type Mode = TokenLogEntry['mode'];
type Given = TokenRecord & { readonly issued: boolean };

/** Refusals that come from the account's state or the caller's address, in the host's order. */
const checkAccess = (app: WechatApp, ip: string): void => {
  const { accountState, ipWhitelist, ipConfirmation } = app.settings;
  if (accountState === 'secret_frozen') throw new WechatError(40243);
  if (accountState === 'token_forbidden') throw new WechatError(50004);
  if (accountState === 'frozen') throw new WechatError(50007);
  if (ipWhitelist !== null && !ipWhitelist.includes(ip)) {
    throw new WechatError(40164, `invalid ip ${ip} ipv6 ::ffff:${ip}, not in whitelist`);
  }
  if (ipConfirmation === 'pending') throw new WechatError(89503);
  if (ipConfirmation === 'refused_24h') throw new WechatError(89506);
  if (ipConfirmation === 'refused_1h') throw new WechatError(89507);
};

/** Runs a fetch and writes it to the token log, answered or refused. */
const logged = (
  state: WechatState,
  call: WechatCall,
  mode: Mode,
  appid: unknown,
  fetch: () => Given,
): object => {
  const nowMs = state.clock.nowMs();
  const log = (errcode: number, given?: Given): void => {
    state.tokenLog.add({
      at: new Date(nowMs).toISOString(),
      atMs: nowMs,
      appid: typeof appid === 'string' ? appid : '',
      caller: { ip: call.ip, userAgent: call.userAgent },
      mode,
      errcode,
      issued: given?.issued ?? false,
      tokenId: given === undefined ? null : tokenIdOf(given.token),
      validFromMs: given?.issuedAtMs ?? null,
      validUntilMs: given?.validUntilMs ?? null,
    });
  };
  try {
    const given = fetch();
    log(0, given);
    return {
      access_token: given.token,
      expires_in: Math.floor((given.expiresAtMs - nowMs) / 1000),
    };
  } catch (error) {
    if (error instanceof WechatError) log(error.errcode);
    throw error;
  }
};

const fetchClassic = (state: WechatState, call: WechatCall): object => {
  const appid = call.query('appid');
  return logged(state, call, 'classic', appid, () => {
    if (call.query('grant_type') !== 'client_credential') throw new WechatError(40002);
    const app = authenticateApp(state, appid, call.query('secret'), 40001);
    call.refuseUnknown(app, { query: ['grant_type', 'appid', 'secret'] });
    checkAccess(app, call.ip);
    const { classicPerDay } = app.settings.limits;
    if (!state.quota.take(`${app.appid} classic`, 'day', classicPerDay))
      throw new WechatError(45009);
    return { ...state.tokens.issueClassic(app.appid), issued: true };
  });
};

/** A forced refresh within its limits, or what stands in for it beyond them. */
const forceOrCurrent = (state: WechatState, app: WechatApp): Given => {
  const { forceTooEarly, forceBeyondLimit, limits } = app.settings;
  const insteadOf = (outcome: 'current' | 45009 | 45011): Given => {
    if (outcome !== 'current') throw new WechatError(outcome);
    return state.tokens.currentStable(app.appid);
  };
  const nowMs = state.clock.nowMs();
  const lastMs = state.lastForcedAtMs.get(app.appid);
  if (lastMs !== undefined && nowMs - lastMs < limits.forceIntervalSeconds * 1000) {
    return insteadOf(forceTooEarly);
  }
  if (!state.quota.take(`${app.appid} force`, 'day', limits.forcePerDay)) {
    return insteadOf(forceBeyondLimit);
  }
  state.lastForcedAtMs.set(app.appid, nowMs);
  return { ...state.tokens.forceStable(app.appid), issued: true };
};

const fetchStable = (state: WechatState, call: WechatCall): object => {
  const { grant_type, appid, secret, force_refresh } = call.body();
  const mode = force_refresh === true ? 'stable_force' : 'stable';
  return logged(state, call, mode, appid, () => {
    if (grant_type !== 'client_credential') throw new WechatError(40002);
    const app = authenticateApp(state, appid, secret);
    call.refuseUnknown(app, { body: ['grant_type', 'appid', 'secret', 'force_refresh'] });
    if (force_refresh !== undefined && typeof force_refresh !== 'boolean')
      throw new WechatError(47001);
    checkAccess(app, call.ip);
    const { stablePerMinute, stablePerDay } = app.settings.limits;
    if (!state.quota.take(`${app.appid} stable`, 'minute', stablePerMinute))
      throw new WechatError(45011);
    if (!state.quota.take(`${app.appid} stable`, 'day', stablePerDay)) throw new WechatError(45009);
    return mode === 'stable_force'
      ? forceOrCurrent(state, app)
      : state.tokens.currentStable(app.appid);
  });
};

/** `GET /cgi-bin/token` and `POST /cgi-bin/stable_token` (reference 3.1). */
export const serveTokens = (app: FastifyInstance, state: WechatState): void => {
  serve(app, 'GET', '/cgi-bin/token', (call) => fetchClassic(state, call));
  serve(app, 'POST', '/cgi-bin/stable_token', (call) => fetchStable(state, call));
};
