import { Type } from '@sinclair/typebox';
import type { ErrorEntry } from '@app/kernel';
import type { ActionSpec } from '../../define.ts';
import { At, closed, view } from '../../schemas.ts';
import { AppId, Openid, upstreamErrors } from '../shared.ts';
import { MiniProgram } from './fields.ts';

/** Base64 with its padding and nothing else: a `+` that a form turned into a space is refused. */
const Base64 = Type.String({
  pattern: '^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$',
  minLength: 24,
  maxLength: 16_384,
});

export const sessionActions = {
  checkSession: {
    summary: 'Whether the session key we hold of a user is the one WeChat honours',
    description:
      '`none`: we hold none. `stale`: WeChat has a newer one. Both end with the next wx.login of the user.',
    params: closed({ appId: MiniProgram, openid: Openid }),
    result: view({
      state: Type.Union([Type.Literal('valid'), Type.Literal('stale'), Type.Literal('none')]),
    }),
    errors: ['WECHAT_APP_UNKNOWN', ...upstreamErrors],
    idempotent: true,
    timeoutMs: 7000,
  },
  resetSession: {
    summary: 'Have WeChat replace the session key of a user, and keep the new one',
    params: closed({ appId: MiniProgram, openid: Openid }),
    result: view({ appId: AppId, openid: Openid, obtainedAt: At }),
    errors: [
      'WECHAT_SESSION_UNKNOWN',
      'WECHAT_SESSION_STALE',
      'WECHAT_APP_UNKNOWN',
      ...upstreamErrors,
    ],
    idempotent: false,
    timeoutMs: 7000,
  },
  decryptUserData: {
    summary: 'What an encryptedData of the front end says (also a phone number given the old way)',
    description:
      'The watermark must be that of the app. `rawData` and `signature` go together and are checked when sent.',
    params: closed({
      appId: MiniProgram,
      openid: Openid,
      encryptedData: Base64,
      iv: Type.String({ pattern: '^[A-Za-z0-9+/]{21}[AQgw]==$', description: '16 bytes' }),
      rawData: Type.Optional(Type.String({ minLength: 2, maxLength: 16_384 })),
      signature: Type.Optional(Type.String({ pattern: '^[0-9a-f]{40}$' })),
      maxAgeSeconds: Type.Optional(
        Type.Integer({ minimum: 1, maximum: 2_592_000, description: 'Refuses older watermarks' }),
      ),
    }),
    result: view({
      openid: Openid,
      watermarkAt: At,
      data: Type.Record(Type.String(), Type.Unknown(), {
        description: "The decrypted object, WeChat's names, without the watermark",
      }),
    }),
    errors: ['WECHAT_SESSION_UNKNOWN', 'WECHAT_USER_DATA_INVALID', 'WECHAT_APP_UNKNOWN'],
    idempotent: true,
  },
} as const satisfies Readonly<Record<string, ActionSpec>>;

export const sessionErrors = {
  WECHAT_SESSION_UNKNOWN: {
    kind: 'not_found',
    zh: '请先登录微信小程序',
    en: 'The user has not signed in to the mini program yet',
    cause: 'No session key of this user is stored.',
    remedy: 'Call wx.login and exchange its code first.',
  },
  WECHAT_SESSION_STALE: {
    kind: 'conflict',
    zh: '微信会话已过期，请重新登录',
    en: 'The WeChat session is over, please sign in again',
    cause: 'WeChat answered 87009: it has given out a newer session key than the one we hold.',
    remedy: 'Call wx.login and exchange its code, then repeat.',
  },
  WECHAT_USER_DATA_INVALID: {
    kind: 'invalid',
    zh: '微信数据校验失败，请重新登录后再试',
    en: 'The WeChat data cannot be verified, please sign in again',
    cause:
      'The session key is stale or the data is forged: signature, cipher text, watermark or age do not fit. Which of them is not told, as that would help a forger.',
    remedy: 'Call wx.login, exchange its code, and have the front end fetch the data anew.',
  },
} as const satisfies Readonly<Record<string, ErrorEntry>>;
