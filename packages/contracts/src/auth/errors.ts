import type { ErrorEntry } from '@app/kernel';

export const authErrors = {
  REFRESH_TOKEN_INVALID: {
    kind: 'unauthenticated',
    zh: '登录已失效，请重新登录',
    en: 'Please sign in again',
    cause: 'The refresh token is unknown.',
    remedy: 'Sign in again.',
  },
  REFRESH_TOKEN_EXPIRED: {
    kind: 'unauthenticated',
    zh: '登录已过期，请重新登录',
    en: 'Your session has expired',
    cause: 'The refresh token was not used for its whole lifetime.',
    remedy: 'Sign in again.',
  },
  REFRESH_TOKEN_REUSED: {
    kind: 'unauthenticated',
    zh: '登录凭证被重复使用，为保护账号已退出登录',
    en: 'The refresh token was used again; the session was ended to protect the account',
    cause:
      'A refresh token that was spent more than ten seconds ago came back: it may be stolen. Its family is revoked.',
    remedy: 'Sign in again. Keep the newest refresh token only, and refresh from one place.',
  },
  SESSION_NOT_FOUND: {
    kind: 'not_found',
    zh: '登录记录不存在',
    en: 'There is no such session',
    cause: 'The session ended already, or it belongs to somebody else.',
    remedy: 'List the sessions again.',
  },
} as const satisfies Record<string, ErrorEntry>;
