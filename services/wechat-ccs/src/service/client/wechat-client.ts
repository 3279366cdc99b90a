import { assert } from '@app/kernel';
import type { Upstream, UpstreamRequest } from '@app/runtime';
import type { WechatClient } from '../../service.ts';
import { repeat } from './repeat.ts';
import { whenHarmless, whenNotSent } from './repeat-rules.ts';
import { fieldsOf, readLoginSession, readToken } from './wechat-answer.ts';
import { exchange, type Exchanged } from './wechat-exchange.ts';

interface Deps {
  readonly upstream: Upstream;
  /** With a breaker of its own: what is wrong with other calls may not stop refreshes. */
  readonly tokenUpstream: Upstream;
  readonly secretOf: (appId: string) => string;
}

const TOKEN_TIMEOUT_MS = 3000;

const valueOf = <R>(exchanged: Exchanged<R>): R => {
  assert(exchanged.kind === 'answer', 'a call without an access token cannot have it refused');
  return exchanged.value;
};

/** WeChat's server API as the reference describes it (sections 1, 3.1): what needs the secret. */
export const createWechatClient = ({ upstream, tokenUpstream, secretOf }: Deps): WechatClient => ({
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
      return valueOf(
        await exchange(upstream, 'login', request, { read: fieldsOf(readLoginSession) }),
      );
    }, whenNotSent),

  fetchAccessToken: (appId, mode) =>
    repeat(async () => {
      const account = {
        grant_type: 'client_credential',
        appid: appId,
        secret: secretOf(appId),
      };
      const request = mode === 'classic' ? classicRequest(account) : stableRequest(account, mode);
      return valueOf(
        await exchange(tokenUpstream, 'token', request, { read: fieldsOf(readToken) }),
      );
    }, whenHarmless),

  clearQuota: (appId) =>
    repeat(async () => {
      // In the body, not in the query as WeChat's example has it: addresses end up in logs.
      const json = { appid: appId, appsecret: secretOf(appId) };
      const request = { method: 'POST', path: '/cgi-bin/clear_quota/v2', json } as const;
      const reading = { read: fieldsOf(() => true) };
      valueOf(await exchange(upstream, 'clearQuotaBySecret', request, reading));
    }, whenNotSent),
});

type Account = Readonly<Record<'grant_type' | 'appid' | 'secret', string>>;

const classicRequest = (account: Account): UpstreamRequest => ({
  method: 'GET',
  path: '/cgi-bin/token',
  query: account,
  secretQueryKeys: ['secret'],
  timeoutMs: TOKEN_TIMEOUT_MS,
});

const stableRequest = (account: Account, mode: 'normal' | 'forced'): UpstreamRequest => ({
  method: 'POST',
  path: '/cgi-bin/stable_token',
  json: { ...account, ...(mode === 'forced' ? { force_refresh: true } : {}) },
  timeoutMs: TOKEN_TIMEOUT_MS,
});
