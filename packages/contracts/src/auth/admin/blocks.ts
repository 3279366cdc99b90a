import { Type, type Static } from '@sinclair/typebox';
import type { ActionSpec, HintSpec } from '../../define.ts';
import { At, AtMs, Id, Nothing, closed, nullable, pageOf, pageQuery, view } from '../../schemas.ts';

const BlockKind = Type.Union([Type.Literal('user'), Type.Literal('session'), Type.Literal('ip')]);

export const BlockView = view({
  id: Id,
  kind: BlockKind,
  subject: Type.String({ examples: ['203.0.113.0/24'] }),
  reason: Type.String(),
  createdBy: Type.String({ description: 'The admin who blocked it last' }),
  createdAt: At,
  expiresAt: nullable(At),
});
export type BlockView = Static<typeof BlockView>;

/** One entry of the blacklist as gateways learn it; of two about the same subject the higher version holds. */
export const Block = view({
  kind: BlockKind,
  subject: Type.String(),
  isActive: Type.Boolean(),
  version: Type.Integer(),
  /** From then on it no longer holds; null: until it is removed. */
  expiresAtMs: nullable(AtMs),
});
export type Block = Static<typeof Block>;

const mark = 'blacklist:write';
const path = '/admin/v1/blacklist';

/** Whom every gateway turns away. */
export const blockActions = {
  addBlock: {
    summary: 'Block a user, a session or an address',
    description:
      'Holds on every gateway within a second: a user gets 403 USER_BLOCKED, a session 401 SESSION_BLOCKED, an address 403 IP_BLOCKED (on every route but providers’ callbacks). Blocking again replaces reason and expiry.',
    params: closed({
      kind: BlockKind,
      subject: Type.String({
        minLength: 1,
        maxLength: 64,
        description: 'The id of the user or session; an IPv4 or IPv6 address or CIDR block',
        examples: ['203.0.113.0/24'],
      }),
      reason: Type.String({ minLength: 1, maxLength: 200, pattern: '\\S' }),
      expiresAt: Type.Optional(At),
    }),
    result: BlockView,
    errors: ['BLOCK_SUBJECT_INVALID', 'BLOCK_OWN_ADDRESS', 'BLOCK_LIMIT_REACHED'],
    idempotent: false,
    route: {
      method: 'POST',
      path,
      audience: 'admin',
      mark,
      rateClass: 'write',
      idempotency: 'none',
      status: 201,
    },
  },
  listBlocks: {
    summary: 'What is blocked now, the latest first',
    params: closed({ ...pageQuery, kind: Type.Optional(BlockKind) }),
    result: pageOf(BlockView),
    errors: [],
    idempotent: true,
    route: { method: 'GET', path, audience: 'admin', mark, rateClass: 'read', idempotency: 'none' },
  },
  removeBlock: {
    summary: 'Lift a block',
    params: closed({ id: Id }),
    result: Nothing,
    errors: ['BLOCK_NOT_FOUND'],
    idempotent: true,
    route: {
      method: 'DELETE',
      path: `${path}/{id}`,
      audience: 'admin',
      mark,
      rateClass: 'write',
      idempotency: 'none',
    },
  },
  listBlockChanges: {
    summary: 'What gateways must block or let pass again, changed since a moment',
    description: 'Asked like `listRevocations`: a minute before `sinceMs` is answered too.',
    params: closed({
      sinceMs: AtMs,
      cursor: Type.Optional(Type.String({ minLength: 1, maxLength: 64 })),
    }),
    result: view({
      items: Type.Array(Block, { maxItems: 2000 }),
      nowMs: AtMs,
      nextCursor: nullable(Type.String()),
    }),
    errors: [],
    idempotent: true,
    timeoutMs: 2000,
  },
} as const satisfies Readonly<Record<string, ActionSpec>>;

export const blockHints = {
  blocksChanged: {
    summary: 'Block these, or let them pass again; gateways also ask every half second',
    payload: view({ items: Type.Array(Block) }),
  },
} as const satisfies Readonly<Record<string, HintSpec>>;
