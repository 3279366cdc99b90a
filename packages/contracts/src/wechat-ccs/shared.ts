import { Type } from '@sinclair/typebox';

export const AppId = Type.String({
  pattern: '^[A-Za-z0-9_-]{1,64}$',
  examples: ['wx1234567890abcdef'],
});

/** A user inside one app. */
export const Openid = Type.String({ pattern: '^[A-Za-z0-9_-]{1,64}$' });

/** What every call of WeChat can fail with. */
export const upstreamErrors = [
  'WECHAT_RATE_LIMITED',
  'UPSTREAM_WECHAT_REJECTED',
  'UPSTREAM_WECHAT_UNAVAILABLE',
  'UPSTREAM_WECHAT_TIMEOUT',
] as const;
