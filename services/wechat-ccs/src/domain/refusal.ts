import { quotas, type Quota, type QuotaName, type WechatCall } from './wechat-api.ts';

/**
 * What a refusal means to us:
 * `busy` worth a repeat in a moment · `throttled` not before the next second or minute · `token_refused` the
 * access token is stale: get another, repeat once · `code_invalid`, `phone_code_invalid` the user
 * must fetch a new code · `login_blocked` WeChat finds the user risky · `rejected` something about
 * our account that only an operator can change · `quota_exhausted` the allowance of this window is used up.
 */
export type RefusalKind =
  | 'busy'
  | 'throttled'
  | 'token_refused'
  | 'code_invalid'
  | 'phone_code_invalid'
  | 'login_blocked'
  | 'quota_exhausted'
  | 'rejected';

type Table = Readonly<Record<number, RefusalKind>>;

const common: Table = {
  [-1]: 'busy',
  44990: 'throttled',
  44991: 'throttled',
  45011: 'throttled',
};

/** For every call that carries an access token; elsewhere 40001 means a wrong secret. */
const withToken: Table = {
  40001: 'token_refused',
  40014: 'token_refused',
  42001: 'token_refused',
};

const tables = {
  // 40163 is not in WeChat's documents but is seen in the field for a code used before.
  login: { ...common, 40029: 'code_invalid', 40163: 'code_invalid', 40226: 'login_blocked' },
  // 40013 here is not our app id: the code was issued for another app.
  phone: {
    ...common,
    ...withToken,
    40013: 'phone_code_invalid',
    40029: 'phone_code_invalid',
    40163: 'phone_code_invalid',
  },
  token: common,
  clearQuotaBySecret: { ...common, 48006: 'quota_exhausted' },
} as const satisfies Partial<Record<WechatCall, Table>>;

/** Which window each of them is about: a day that is over must not close what is for ever. */
const exhaustedWindows: Readonly<Record<number, Quota['window']>> = {
  44993: 'day',
  45009: 'day',
  45029: 'total',
  48006: 'month',
  85400: 'total',
};

const otherCalls: Table = {
  ...common,
  ...withToken,
  44993: 'quota_exhausted',
  45009: 'quota_exhausted',
  45029: 'quota_exhausted',
  48006: 'quota_exhausted',
  85400: 'quota_exhausted',
};

/** Of the allowances a call draws from, the one that WeChat says is used up. */
export const exhaustedQuota = (
  errcode: number,
  drawn: readonly QuotaName[],
): QuotaName | undefined => drawn.find((name) => quotas[name].window === exhaustedWindows[errcode]);

/** When a call that was too much may come again: limits are per second, or per minute. */
export const retryAfterSeconds = (errcode: number): number => (errcode === 44990 ? 1 : 60);

/** What this errcode means as an answer to this call. What nobody listed is for an operator. */
export const refusalKindOf = (call: WechatCall, errcode: number): RefusalKind => {
  const table = (tables as Partial<Record<WechatCall, Table>>)[call] ?? otherCalls;
  return table[errcode] ?? 'rejected';
};
