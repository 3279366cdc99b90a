import type { WechatCall } from './wechat-api.ts';

/**
 * What a refusal means to us:
 * `busy` worth a repeat in a moment · `throttled` not before the next minute · `token_refused` the
 * access token is stale: get another, repeat once · `code_invalid`, `phone_code_invalid` the user
 * must fetch a new code · `login_blocked` WeChat finds the user risky · `rejected` something about
 * our account that only an operator can change · `quota_exhausted` today's allowance is used up.
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
} as const satisfies Partial<Record<WechatCall, Table>>;

const otherCalls: Table = { ...common, ...withToken, 45009: 'quota_exhausted' };

/** What this errcode means as an answer to this call. What nobody listed is for an operator. */
export const refusalKindOf = (call: WechatCall, errcode: number): RefusalKind => {
  const table = (tables as Partial<Record<WechatCall, Table>>)[call] ?? otherCalls;
  return table[errcode] ?? 'rejected';
};
