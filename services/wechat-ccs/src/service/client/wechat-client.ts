import { assert } from '@app/kernel';
import type { Upstream } from '@app/runtime';
import type { WechatClient } from '../../service.ts';
import { repeat, type RepeatOptions } from './repeat.ts';
import { readLoginSession, readPhone, readToken } from './wechat-answer.ts';
import { exchange, ExchangeFailure, type Exchanged } from './wechat-exchange.ts';

interface Deps {
  readonly upstream: Upstream;
  readonly secretOf: (appId: string) => string;
}

/** Fetching a token can be repeated: normal mode gives the same, and so does force within 30 s. */
const tokenRepeat: RepeatOptions = {
  attemptsMax: 3,
  baseMs: 100,
  capMs: 1000,
  // With the timeout of one try it stays below what callers of getAccessToken wait (5 s).
  budgetMs: 1500,
  isWorthIt: (error) => error instanceof ExchangeFailure && error.isWorthRepeating,
};

/** A code is spent by the first call that arrives: repeated only when none did. */
const codeRepeat: RepeatOptions = {
  attemptsMax: 2,
  baseMs: 100,
  capMs: 300,
  budgetMs: 1000,
  isWorthIt: (error) => error instanceof ExchangeFailure && error.isNotSent,
};

const TOKEN_TIMEOUT_MS = 3000;

const valueOf = <R>(exchanged: Exchanged<R>): R => {
  assert(exchanged.kind === 'answer', 'a call without an access token cannot have it refused');
  return exchanged.value;
};

/** WeChat's server API as the reference describes it (sections 1, 2.1, 3.1). */
export const createWechatClient = ({ upstream, secretOf }: Deps): WechatClient => ({
  exchangeLoginCode: (appId, code) =>
    repeat(async () => {
      const query = {
        appid: appId,
        secret: secretOf(appId),
        js_code: code,
        grant_type: 'authorization_code',
      };
      const secretQueryKeys = ['secret', 'js_code'];
      const request = {
        method: 'GET',
        path: '/sns/jscode2session',
        query,
        secretQueryKeys,
      } as const;
      return valueOf(await exchange(upstream, 'login', request, readLoginSession));
    }, codeRepeat),

  fetchAccessToken: (appId, mode) =>
    repeat(async () => {
      const json = {
        grant_type: 'client_credential',
        appid: appId,
        secret: secretOf(appId),
        ...(mode === 'forced' ? { force_refresh: true } : {}),
      };
      const path = '/cgi-bin/stable_token';
      const request = { method: 'POST', path, json, timeoutMs: TOKEN_TIMEOUT_MS } as const;
      return valueOf(await exchange(upstream, 'token', request, readToken));
    }, tokenRepeat),

  exchangePhoneCode: (appId, accessToken, code) =>
    repeat(async () => {
      const request = {
        method: 'POST',
        path: '/wxa/business/getuserphonenumber',
        query: { access_token: accessToken },
        secretQueryKeys: ['access_token'],
        json: { code },
      } as const;
      const exchanged = await exchange(upstream, 'phone', request, (fields) =>
        readPhone(fields, appId),
      );
      return exchanged.kind === 'answer'
        ? { outcome: 'phone' as const, ...exchanged.value }
        : { outcome: exchanged.kind, errcode: exchanged.errcode };
    }, codeRepeat),
});
