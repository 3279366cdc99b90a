import { Type, type Static } from '@sinclair/typebox';
import { defineService } from '../define.ts';
import { At, AtMs, Empty, Id, Nothing, closed, nullable, pageOf, view } from '../schemas.ts';
import { authErrors } from './errors.ts';

export { AccessTokenClaims, accessTokenRules } from './access-token.ts';
export { authErrors } from './errors.ts';

export const TokenPair = view({
  accessToken: Type.String({ description: 'JWT, HS256' }),
  refreshToken: Type.String({ description: 'Opaque; use once, then keep the new one' }),
  expiresIn: Type.Integer({ description: 'Seconds the access token lives', examples: [7200] }),
});
export type TokenPair = Static<typeof TokenPair>;

export const LoginResult = view({
  ...TokenPair.properties,
  user: view({
    id: Id,
    nickname: Type.String(),
    avatarUrl: Type.String(),
    phone: nullable(Type.String({ description: 'Masked' })),
    isNew: Type.Boolean(),
  }),
});
export type LoginResult = Static<typeof LoginResult>;

export const SessionView = view({
  id: Id,
  provider: Type.String({ examples: ['wechat'] }),
  device: Type.String({ description: 'The User-Agent of the last use, cut to 200 characters' }),
  createdAt: At,
  lastUsedAt: At,
  isCurrent: Type.Boolean(),
});
export type SessionView = Static<typeof SessionView>;

/** One entry of what gateways must refuse: a session, or all tokens of a user issued up to a moment. */
export const Revocation = view({
  kind: Type.Union([Type.Literal('session'), Type.Literal('user')]),
  subject: Id,
  /** Tokens issued at or before this moment are dead. */
  revokedAtMs: AtMs,
  /** From here on no token can be affected and the entry may be forgotten. */
  expiresAtMs: AtMs,
});
export type Revocation = Static<typeof Revocation>;

const loginCode = Type.String({ minLength: 1, maxLength: 128, description: 'What wx.login gave' });

export const auth = defineService({
  name: 'auth',
  summary: 'Sessions, tokens and the ways to sign in',
  errors: authErrors,
  consumes: ['user.frozen'],
  actions: {
    loginWithWechat: {
      summary: 'Sign in with a WeChat login code',
      params: closed({ code: loginCode }),
      result: LoginResult,
      errors: [
        'WECHAT_CODE_INVALID',
        'WECHAT_LOGIN_BLOCKED',
        'USER_FROZEN',
        'WECHAT_RATE_LIMITED',
        'UPSTREAM_WECHAT_REJECTED',
        'UPSTREAM_WECHAT_UNAVAILABLE',
        'UPSTREAM_WECHAT_TIMEOUT',
      ],
      idempotent: false,
      timeoutMs: 8000,
      route: {
        method: 'POST',
        path: '/api/v1/auth/wechat/login',
        audience: 'public',
        rateClass: 'auth',
        idempotency: 'none',
      },
    },
    refreshTokens: {
      summary: 'Exchange a refresh token for a new pair',
      description:
        'A refresh token is spent by its first use. The same token again within 10 seconds gets the same pair (lost or parallel answers); later it ends the session. The sessions of a frozen account have ended: TOKEN_REVOKED, and signing in again says USER_FROZEN.',
      params: closed({ refreshToken: Type.String({ minLength: 1, maxLength: 256 }) }),
      result: TokenPair,
      errors: [
        'REFRESH_TOKEN_INVALID',
        'REFRESH_TOKEN_EXPIRED',
        'REFRESH_TOKEN_REUSED',
        'TOKEN_REVOKED',
      ],
      idempotent: true,
      route: {
        method: 'POST',
        path: '/api/v1/auth/refresh',
        audience: 'public',
        rateClass: 'auth',
        idempotency: 'none',
      },
    },
    logout: {
      summary: 'End this session',
      params: Empty,
      result: Nothing,
      errors: [],
      idempotent: true,
      route: {
        method: 'POST',
        path: '/api/v1/auth/logout',
        audience: 'app',
        rateClass: 'write',
        idempotency: 'none',
      },
    },
    listMySessions: {
      summary: 'Where I am signed in',
      params: Empty,
      result: pageOf(SessionView),
      errors: [],
      idempotent: true,
      route: {
        method: 'GET',
        path: '/api/v1/auth/sessions',
        audience: 'app',
        rateClass: 'read',
        idempotency: 'none',
      },
    },
    endMySession: {
      summary: 'Log out one device',
      params: closed({ id: Id }),
      result: Nothing,
      errors: ['SESSION_NOT_FOUND'],
      idempotent: true,
      route: {
        method: 'DELETE',
        path: '/api/v1/auth/sessions/{id}',
        audience: 'app',
        rateClass: 'write',
        idempotency: 'none',
      },
    },
    endAllMySessions: {
      summary: 'Log out everywhere',
      description: 'Ends every session of the user, this one included.',
      params: Empty,
      result: Nothing,
      errors: [],
      idempotent: true,
      route: {
        method: 'DELETE',
        path: '/api/v1/auth/sessions',
        audience: 'app',
        rateClass: 'write',
        idempotency: 'none',
      },
    },
    bindWechatPhone: {
      summary: 'Bind the phone number that WeChat verified',
      params: closed({
        code: Type.String({
          minLength: 1,
          maxLength: 128,
          description: 'What the getPhoneNumber button gave',
        }),
      }),
      result: view({ phone: Type.String({ description: 'Masked', examples: ['138****5678'] }) }),
      errors: [
        'WECHAT_PHONE_CODE_INVALID',
        'PHONE_BOUND_TO_OTHER_ACCOUNT',
        'USER_NOT_FOUND',
        'WECHAT_RATE_LIMITED',
        'UPSTREAM_WECHAT_REJECTED',
        'UPSTREAM_WECHAT_UNAVAILABLE',
        'UPSTREAM_WECHAT_TIMEOUT',
      ],
      idempotent: false,
      timeoutMs: 8000,
      route: {
        method: 'POST',
        path: '/api/v1/users/me/phone',
        audience: 'app',
        rateClass: 'write',
        idempotency: 'none',
      },
    },
    listRevocations: {
      summary: 'What gateways must refuse, changed since a moment',
      description:
        'Ask with the `nowMs` of the last complete answer (0 at first), and page by page until `nextCursor` is null. Entries may come again: a minute before `sinceMs` is answered too, so that none is missed that committed late.',
      params: closed({
        sinceMs: AtMs,
        cursor: Type.Optional(Type.String({ minLength: 1, maxLength: 64 })),
      }),
      result: view({
        items: Type.Array(Revocation, { maxItems: 2000 }),
        nowMs: AtMs,
        nextCursor: nullable(Type.String()),
      }),
      errors: [],
      idempotent: true,
      timeoutMs: 2000,
    },
  },
  facts: {
    sessionStarted: {
      summary: 'Somebody signed in',
      payload: view({ userId: Id, sessionId: Id, provider: Type.String(), startedAtMs: AtMs }),
    },
    sessionRevoked: {
      summary: 'A session ended before its time',
      payload: view({
        userId: Id,
        sessionId: Id,
        reason: Type.Union([
          Type.Literal('logout'),
          Type.Literal('logout-everywhere'),
          Type.Literal('refresh-reuse'),
          Type.Literal('frozen'),
          Type.Literal('too-many'),
        ]),
        revokedAtMs: AtMs,
      }),
    },
  },
  hints: {
    revoked: {
      summary: 'Refuse these from now on; gateways also ask every half second',
      payload: view({ items: Type.Array(Revocation) }),
    },
  },
  queues: {
    expiredPurge: {
      summary: 'Delete sessions, refresh tokens and revocations that can no longer matter',
      payload: view({ batchSize: Type.Integer({ minimum: 1, maximum: 5000 }) }),
      attemptsMax: 5,
      backoffMs: 1000,
      concurrency: 1,
    },
  },
});
