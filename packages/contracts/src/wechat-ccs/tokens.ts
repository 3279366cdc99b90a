import { Type } from '@sinclair/typebox';
import type { ErrorEntry } from '@app/kernel';
import type { ActionSpec, HintSpec, QueueSpec } from '../define.ts';
import { At, closed, view } from '../schemas.ts';
import { AppId, upstreamErrors } from './shared.ts';

const AccessToken = view({
  accessToken: Type.String(),
  version: Type.Integer({ minimum: 1, description: 'Grows with every refresh' }),
  expiresAt: At,
});

export const tokenActions = {
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
} as const satisfies Readonly<Record<string, ActionSpec>>;

export const tokenHints = {
  tokenChanged: {
    summary: 'Drop the access token you cached of this app',
    payload: view({ appId: AppId, version: Type.Integer() }),
  },
} as const satisfies Readonly<Record<string, HintSpec>>;

export const tokenQueues = {
  tokenRefresh: {
    summary: 'Look whether the access token of an app is due, and fetch the next one',
    payload: view({ appId: AppId }),
    attemptsMax: 1,
    backoffMs: 1000,
    concurrency: 8,
  },
} as const satisfies Readonly<Record<string, QueueSpec>>;

export const tokenErrors = {
  WECHAT_FORCE_TOO_SOON: {
    kind: 'exhausted',
    zh: '强制刷新过于频繁，请稍后再试',
    en: 'The last forced refresh was only just now',
    cause: 'WeChat carries out one forced refresh of a token in 30 seconds; we keep 35.',
    remedy: 'Wait for `data.retryAt`.',
  },
} as const satisfies Readonly<Record<string, ErrorEntry>>;
