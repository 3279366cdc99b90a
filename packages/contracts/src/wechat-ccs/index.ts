import { Type } from '@sinclair/typebox';
import { defineService } from '../define.ts';
import { At, closed, nullable, view } from '../schemas.ts';
import { wechatCcsErrors } from './errors.ts';

export { wechatCcsErrors } from './errors.ts';

const AppId = Type.String({ pattern: '^[A-Za-z0-9_-]{1,64}$', examples: ['wx1234567890abcdef'] });
const upstreamErrors = [
  'UPSTREAM_WECHAT_REJECTED',
  'UPSTREAM_WECHAT_UNAVAILABLE',
  'UPSTREAM_WECHAT_TIMEOUT',
] as const;

const AccessToken = view({
  accessToken: Type.String(),
  version: Type.Integer({ minimum: 1, description: 'Grows with every refresh' }),
  expiresAt: At,
});

export const wechatCcs = defineService({
  name: 'wechat-ccs',
  summary: 'Token central control: the only holder of WeChat secrets and access tokens',
  errors: wechatCcsErrors,
  actions: {
    exchangeLoginCode: {
      summary: 'Who sent this wx.login code (session_key stays here)',
      params: closed({
        appId: Type.Optional(AppId),
        code: Type.String({ minLength: 1, maxLength: 128 }),
      }),
      result: view({ appId: AppId, openid: Type.String(), unionid: nullable(Type.String()) }),
      errors: [
        'WECHAT_CODE_INVALID',
        'WECHAT_LOGIN_BLOCKED',
        'WECHAT_APP_UNKNOWN',
        ...upstreamErrors,
      ],
      idempotent: false,
      timeoutMs: 7000,
    },
    exchangePhoneCode: {
      summary: 'The phone number behind a getPhoneNumber code',
      params: closed({
        appId: Type.Optional(AppId),
        code: Type.String({ minLength: 1, maxLength: 128 }),
      }),
      result: view({
        phone: Type.String({ description: 'National number without country code' }),
        countryCode: Type.String(),
      }),
      errors: ['WECHAT_PHONE_CODE_INVALID', 'WECHAT_APP_UNKNOWN', ...upstreamErrors],
      idempotent: false,
      timeoutMs: 7000,
    },
    getAccessToken: {
      summary: 'The access token of an app, valid for at least another minute',
      params: closed({ appId: AppId }),
      result: AccessToken,
      errors: ['WECHAT_APP_UNKNOWN', ...upstreamErrors],
      idempotent: true,
      route: {
        method: 'GET',
        path: '/internal/v1/wechat-ccs/apps/{appId}/access-token',
        audience: 'internal',
        rateClass: 'none',
        idempotency: 'none',
      },
    },
    invalidateAccessToken: {
      summary: 'Report a token as refused by WeChat; the answer is the one to use now',
      description:
        'Compare and swap: only when the reported token is still the current one is it refreshed, once, however many callers report it.',
      params: closed({ appId: AppId, accessToken: Type.String({ minLength: 1, maxLength: 1024 }) }),
      result: AccessToken,
      errors: ['WECHAT_APP_UNKNOWN', ...upstreamErrors],
      idempotent: true,
      timeoutMs: 8000,
      route: {
        method: 'POST',
        path: '/internal/v1/wechat-ccs/apps/{appId}/access-token/invalidate',
        audience: 'internal',
        rateClass: 'none',
        idempotency: 'none',
      },
    },
  },
  hints: {
    tokenChanged: {
      summary: 'Drop the access token you cached of this app',
      payload: view({ appId: AppId, version: Type.Integer() }),
    },
  },
});
