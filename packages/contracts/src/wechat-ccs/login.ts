import { Type } from '@sinclair/typebox';
import type { ActionSpec } from '../define.ts';
import { closed, nullable, view } from '../schemas.ts';
import { AppId, upstreamErrors } from './shared.ts';

export const loginActions = {
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
    errors: [
      'WECHAT_PHONE_CODE_INVALID',
      'WECHAT_APP_UNKNOWN',
      'WECHAT_QUOTA_EXHAUSTED',
      ...upstreamErrors,
    ],
    idempotent: false,
    timeoutMs: 7000,
  },
} as const satisfies Readonly<Record<string, ActionSpec>>;
