import { Type, type Static } from '@sinclair/typebox';
import type { ActionSpec } from '../../define.ts';
import { At, Id, Nothing, closed, nullable, pageOf, pageQuery, view } from '../../schemas.ts';

const Seq = Type.Integer({ minimum: 0 });
const Hash = Type.String({ description: 'SHA-256, lower-case hex' });
const AuditKind = Type.Union([
  Type.Literal('intent'),
  Type.Literal('outcome'),
  Type.Literal('event'),
]);

/** One row of the log. Rows are only ever added. */
export const AuditEntry = view({
  seq: Seq,
  kind: AuditKind,
  at: At,
  actor: nullable(Type.String({ description: 'Id of the admin, `operator`, or null: unknown' })),
  action: Type.String({ examples: ['v1.user.freezeAccount'] }),
  route: Type.String({ examples: ['POST /admin/v1/users/{id}/freeze'] }),
  target: Type.String({ description: 'The params of the path' }),
  requestId: Type.String(),
  clientIp: nullable(Type.String()),
  paramsDigest: nullable(Type.String({ description: 'SHA-256 of the params without secrets' })),
  intentSeq: nullable(Type.Integer({ description: 'Of an outcome: the intent it belongs to' })),
  status: nullable(Type.Integer({ description: 'The HTTP status that was answered' })),
  outcome: nullable(Type.String({ description: '`ok` or an error code' })),
  previousHash: Hash,
  hash: Hash,
});
export type AuditEntry = Static<typeof AuditEntry>;

/** Who did what, in a chain of hashes. */
export const auditActions = {
  beginAdminWrite: {
    summary: 'Note that an admin is about to change something; the gateway asks before it calls',
    params: closed({
      actor: Id,
      action: Type.String({ maxLength: 100 }),
      route: Type.String({ maxLength: 200 }),
      target: Type.String({ maxLength: 200 }),
      requestId: Type.String({ maxLength: 64 }),
      clientIp: Type.Optional(Type.String({ maxLength: 64 })),
      paramsDigest: Type.String({ maxLength: 64 }),
    }),
    result: view({ seq: Seq }),
    errors: [],
    idempotent: false,
    timeoutMs: 3000,
  },
  completeAdminWrite: {
    summary: 'Note how it ended; a second note about the same intent changes nothing',
    params: closed({
      intentSeq: Seq,
      status: Type.Integer(),
      outcome: Type.String({ maxLength: 64 }),
    }),
    result: Nothing,
    errors: ['AUDIT_INTENT_UNKNOWN'],
    idempotent: true,
    timeoutMs: 3000,
  },
  listAuditLog: {
    summary: 'What admins did, the latest first',
    description:
      'Every write of an admin leaves an intent before it runs and an outcome after it. An intent without an outcome is a write whose end nobody saw: look at its target.',
    params: closed({
      ...pageQuery,
      actor: Type.Optional(Type.String({ maxLength: 26 })),
      action: Type.Optional(Type.String({ maxLength: 100 })),
      requestId: Type.Optional(Type.String({ maxLength: 64 })),
      kind: Type.Optional(AuditKind),
    }),
    result: pageOf(AuditEntry),
    errors: [],
    idempotent: true,
    route: {
      method: 'GET',
      path: '/admin/v1/audit',
      audience: 'admin',
      mark: 'audit:read',
      rateClass: 'read',
      idempotency: 'none',
    },
  },
  verifyAuditLog: {
    summary: 'Recompute the chain of hashes, some thousand rows at a time',
    description:
      'Ask again with `afterSeq` = `lastSeq` until `complete`. `broken` names the first row that does not fit. Keep `lastHash` elsewhere: a log that was rewritten as a whole has another one.',
    params: closed({ afterSeq: Type.Optional(Seq) }),
    result: view({
      checked: Type.Integer(),
      lastSeq: Seq,
      lastHash: Hash,
      complete: Type.Boolean(),
      broken: nullable(
        view({
          seq: Seq,
          problem: Type.Union([
            Type.Literal('altered'),
            Type.Literal('missing'),
            Type.Literal('unlinked'),
          ]),
        }),
      ),
    }),
    errors: [],
    idempotent: true,
    timeoutMs: 15_000,
    route: {
      method: 'GET',
      path: '/internal/v1/audit/verification',
      audience: 'internal',
      rateClass: 'none',
      idempotency: 'none',
    },
  },
} as const satisfies Readonly<Record<string, ActionSpec>>;
