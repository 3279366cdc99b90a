import { Type } from '@sinclair/typebox';
import type { ActionSpec } from '../../define.ts';
import { At, closed, view } from '../../schemas.ts';
import { upstreamErrors } from '../shared.ts';
import { EnvVersion, LinkQuery, MiniProgram } from './fields.ts';

const linkErrors = ['WECHAT_APP_UNKNOWN', 'WECHAT_QUOTA_EXHAUSTED', ...upstreamErrors] as const;

const target = {
  appId: MiniProgram,
  path: Type.Optional(
    Type.String({
      pattern: '^[^?#\\s]+$',
      maxLength: 1024,
      description: 'Page without a query; default the home page',
    }),
  ),
  query: Type.Optional(LinkQuery),
  envVersion: Type.Optional(EnvVersion),
};

const lifetime = {
  expiresAt: Type.Optional(At),
  expiresInDays: Type.Optional(Type.Integer({ minimum: 1, maximum: 30 })),
};

const LIFETIME =
  'Lives until `expiresAt` (more than 1 minute, at most 30 days from now) or for `expiresInDays`; 30 days when neither is given, and not both.';

export const linkActions = {
  createUrlScheme: {
    summary: 'A weixin:// address that opens the mini program',
    description: LIFETIME,
    params: closed({ ...target, ...lifetime }),
    result: view({ urlScheme: Type.String() }),
    errors: linkErrors,
    idempotent: false,
    timeoutMs: 7000,
  },
  createUrlLink: {
    summary: 'An https address that opens the mini program',
    description: LIFETIME,
    params: closed({ ...target, ...lifetime }),
    result: view({ urlLink: Type.String() }),
    errors: linkErrors,
    idempotent: false,
    timeoutMs: 7000,
  },
  createShortLink: {
    summary: 'A short text that opens the mini program when sent in a chat',
    params: closed({
      appId: MiniProgram,
      pageUrl: Type.String({
        pattern: '^\\S+$',
        maxLength: 1024,
        description: 'Page with an optional query',
      }),
      pageTitle: Type.Optional(
        Type.String({ maxLength: 200, description: 'Cut after 20 characters' }),
      ),
      isPermanent: Type.Optional(
        Type.Boolean({
          description: 'Default false: lives 30 days. Permanent ones: 100 000 in all',
        }),
      ),
    }),
    result: view({ link: Type.String() }),
    errors: linkErrors,
    idempotent: false,
    timeoutMs: 7000,
  },
} as const satisfies Readonly<Record<string, ActionSpec>>;
