import { Type } from '@sinclair/typebox';
import type { ErrorEntry } from '@app/kernel';
import type { ActionSpec, HintSpec } from '../define.ts';
import { At, closed, nullable, pageOf, pageQuery, view } from '../schemas.ts';
import { AppId, upstreamErrors } from './shared.ts';

const Kind = Type.Union([Type.Literal('mini_program'), Type.Literal('official_account')]);

const TokenKind = Type.Union([Type.Literal('stable'), Type.Literal('classic')], {
  description: 'Which endpoint the token comes from (stable_token, or the classic token)',
});

const Name = Type.String({ minLength: 1, maxLength: 64, examples: ['Flagship store'] });

const Secret = Type.String({
  pattern: '^[A-Za-z0-9_-]{8,128}$',
  description: 'AppSecret; stored sealed, shown to nobody again',
});

const PushToken = Type.String({
  pattern: '^[A-Za-z0-9]{3,32}$',
  description: 'Token of the message push settings',
});

const EncodingAesKey = Type.String({
  pattern: '^[A-Za-z0-9]{43}$',
  description: 'EncodingAESKey of the message push settings',
});

const Version = Type.Integer({
  minimum: 0,
  description: 'Of the row; 0 for an app that only the environment knows',
});

const RefreshProblem = view({
  type: Type.String({ description: 'Error code of the failed refresh' }),
  errcode: nullable(Type.Integer({ description: "WeChat's own number" })),
  callerIp: nullable(Type.String({ description: 'The address to whitelist (40164)' })),
  remedy: Type.String({ description: 'What to do about it' }),
  at: At,
});

const TokenState = view({
  version: nullable(Type.Integer({ description: 'null: there is no token yet' })),
  ageSeconds: nullable(Type.Integer()),
  expiresAt: nullable(At),
  isUsable: Type.Boolean({ description: 'It may be handed out now' }),
  refreshedAt: nullable(At),
  lastError: nullable(RefreshProblem),
  forcesLeftToday: Type.Integer({ minimum: 0 }),
});

const App = view({
  appId: AppId,
  kind: Kind,
  name: Type.String(),
  source: Type.Union([Type.Literal('env'), Type.Literal('row')], {
    description: 'Where it is configured; a row overrides the environment',
  }),
  isEnabled: Type.Boolean(),
  tokenKind: TokenKind,
  hasPushSecrets: Type.Boolean(),
  problem: nullable(
    Type.Union([Type.Literal('secret_missing'), Type.Literal('secret_unreadable')], {
      description: 'Why the app cannot be used; `secret_unreadable`: its key left DATA_KEYS',
    }),
  ),
  version: Version,
});

const AppWithToken = view({ ...App.properties, token: TokenState });

const path = '/admin/v1/wechat-ccs/apps';
const adminWrite = {
  audience: 'admin',
  mark: 'wechat:write',
  rateClass: 'write',
  idempotency: 'none',
} as const;

/** Accounts at WeChat: upkeep by admins. */
export const appsActions = {
  listApps: {
    summary: 'The accounts at WeChat with the state of their tokens',
    description: 'Never a token or a secret. Sorted by app id.',
    params: closed(pageQuery),
    result: pageOf(AppWithToken),
    errors: [],
    idempotent: true,
    route: {
      method: 'GET',
      path,
      audience: 'admin',
      mark: 'wechat:read',
      rateClass: 'read',
      idempotency: 'none',
    },
  },
  addApp: {
    summary: 'Add an account at WeChat',
    description: 'WeChat is asked first whether it takes the secret; nothing is saved if not.',
    params: closed({
      appId: AppId,
      kind: Kind,
      name: Name,
      secret: Secret,
      tokenKind: Type.Optional(TokenKind),
      isEnabled: Type.Optional(
        Type.Boolean({
          default: true,
          description: 'false: add it, import its token, then enable',
        }),
      ),
      pushToken: Type.Optional(PushToken),
      encodingAesKey: Type.Optional(EncodingAesKey),
    }),
    result: App,
    errors: ['WECHAT_APP_EXISTS', 'WECHAT_APP_REFUSED', ...upstreamErrors],
    idempotent: false,
    timeoutMs: 8000,
    route: { method: 'POST', path, ...adminWrite, status: 201 },
  },
  updateApp: {
    summary: 'Change an account at WeChat, or override one of the environment',
    description:
      'Only what is sent is changed; `version` must be the one last seen. A new secret, another token kind and enabling are tried at WeChat first.',
    params: closed({
      appId: AppId,
      version: Version,
      name: Type.Optional(Name),
      secret: Type.Optional(Secret),
      tokenKind: Type.Optional(TokenKind),
      isEnabled: Type.Optional(Type.Boolean()),
      pushToken: Type.Optional(nullable(PushToken)),
      encodingAesKey: Type.Optional(nullable(EncodingAesKey)),
    }),
    result: App,
    errors: [
      'WECHAT_APP_UNKNOWN',
      'WECHAT_APP_CHANGED',
      'WECHAT_APP_REFUSED',
      'WECHAT_APP_SECRET_MISSING',
      ...upstreamErrors,
    ],
    idempotent: false,
    timeoutMs: 8000,
    route: { method: 'PATCH', path: `${path}/{appId}`, ...adminWrite },
  },
  removeApp: {
    summary: 'Remove an account, or return to what the environment says about it',
    params: closed({ appId: AppId, version: Type.Integer({ minimum: 1 }) }),
    result: Type.Null(),
    errors: ['WECHAT_APP_UNKNOWN', 'WECHAT_APP_CHANGED'],
    idempotent: false,
    route: { method: 'DELETE', path: `${path}/{appId}`, ...adminWrite },
  },
  refreshApp: {
    summary: "See to it that an app's token is current, or replace it by force",
    description:
      'Without `force` a token is fetched when one is due or missing. With it the current token dies at once, for everybody: 20 a day, 35 s apart.',
    params: closed({ appId: AppId, force: Type.Optional(Type.Boolean({ default: false })) }),
    result: view({ version: Type.Integer(), expiresAt: At }),
    errors: [
      'WECHAT_APP_UNKNOWN',
      'WECHAT_FORCE_TOO_SOON',
      'WECHAT_QUOTA_EXHAUSTED',
      ...upstreamErrors,
    ],
    idempotent: false,
    timeoutMs: 8000,
    route: {
      method: 'POST',
      path: `${path}/{appId}/refresh`,
      audience: 'admin',
      mark: 'wechat:refresh',
      rateClass: 'write',
      idempotency: 'none',
    },
  },
  importToken: {
    summary: 'Take over the current token of another token control, so that nothing is fetched',
    description:
      'Also for a disabled app: import first, then enable. Accepted only while WeChat accepts the token; whose it is, WeChat does not tell: take care. The other control must stop refreshing.',
    params: closed({
      appId: AppId,
      accessToken: Type.String({ pattern: '^[\\x21-\\x7e]{16,1024}$' }),
      tokenKind: TokenKind,
      expiresAt: At,
    }),
    result: view({ version: Type.Integer(), expiresAt: At }),
    errors: ['WECHAT_APP_UNKNOWN', 'WECHAT_TOKEN_IMPORT_REFUSED', ...upstreamErrors],
    idempotent: true,
    timeoutMs: 8000,
    route: { method: 'POST', path: `${path}/{appId}/import-token`, ...adminWrite },
  },
  diagnoseApps: {
    summary: 'The accounts whose last refresh failed, and what to do about it',
    description: 'For ./make.sh doctor.',
    params: closed({}),
    result: view({
      items: Type.Array(view({ appId: AppId, isUsable: Type.Boolean(), problem: RefreshProblem })),
    }),
    errors: [],
    idempotent: true,
    route: {
      method: 'GET',
      path: '/internal/v1/wechat-ccs/diagnosis',
      audience: 'internal',
      rateClass: 'none',
      idempotency: 'none',
    },
  },
} as const satisfies Readonly<Record<string, ActionSpec>>;

export const appsHints = {
  appsChanged: {
    summary: 'Read the accounts at WeChat again',
    payload: view({ appId: AppId }),
  },
} as const satisfies Readonly<Record<string, HintSpec>>;

export const appsErrors = {
  WECHAT_APP_EXISTS: {
    kind: 'conflict',
    zh: '该微信应用已存在',
    en: 'This WeChat app is there already',
    cause: 'An app with this id was added before, or the environment has it.',
    remedy: 'Change it with PATCH; `version` 0 overrides one of the environment.',
  },
  WECHAT_APP_CHANGED: {
    kind: 'conflict',
    zh: '该微信应用已被他人修改，请刷新后重试',
    en: 'Somebody else changed this WeChat app meanwhile',
    cause: 'The `version` that was sent is not the current one.',
    remedy: 'Read the list again, look at what changed, and repeat with the new version.',
  },
  WECHAT_APP_REFUSED: {
    kind: 'invalid',
    zh: '微信拒绝了该配置，未保存；原因见 errors',
    en: 'WeChat refuses this configuration, nothing was saved; see errors',
    cause:
      'The trial fetch of a token was refused. `errors[0].rule` is `errcode_<number>` (40125 and 40001: wrong secret, 40013: unknown app id, 40164: our address is not whitelisted …).',
    remedy: '`errors[0].message` says what to do; the runbook wechat-tokens has all of them.',
  },
  WECHAT_APP_SECRET_MISSING: {
    kind: 'unprocessable',
    zh: '该微信应用没有可用的密钥，请提供 secret',
    en: 'This WeChat app has no usable secret: send one',
    cause:
      'The row was made without a secret for an app of the environment, which does not have it any more; or its key left DATA_KEYS.',
    remedy: 'Send `secret` with the change.',
  },
  WECHAT_TOKEN_IMPORT_REFUSED: {
    kind: 'invalid',
    zh: '无法导入该 access_token；原因见 errors',
    en: 'This access token cannot be taken over; see errors',
    cause: 'WeChat refuses it, its end is too near or too far, or it is of the other kind.',
    remedy: '`errors[0]` names the field; read the token from the other control again.',
  },
} as const satisfies Readonly<Record<string, ErrorEntry>>;
