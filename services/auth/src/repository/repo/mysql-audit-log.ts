import { fromSqlTime, toSafeInteger, toSqlTime, type Database } from '@app/mysql';
import type { Kysely, Selectable, Transaction } from 'kysely';
import {
  EMPTY_CHAIN,
  joinOn,
  type AuditEntry,
  type AuditHead,
  type AuditRecord,
} from '../../domain/admin/audit-chain.ts';
import type { AuditLog, AuditQuery } from '../../repository.ts';
import type { AuditEntryTable, Tables } from './tables.ts';

const HEAD_ID = 1;

/** The latest first, from before the cursor on. */
export const selectAudit = (db: Kysely<Tables>, query: AuditQuery & { readonly limit: number }) => {
  const { actor, action, requestId, kind, beforeSeq, limit } = query;
  let rows = db.selectFrom('audit_entry').selectAll().orderBy('seq', 'desc').limit(limit);
  if (actor !== undefined) rows = rows.where('actor', '=', actor);
  if (action !== undefined) rows = rows.where('action', '=', action);
  if (requestId !== undefined) rows = rows.where('request_id', '=', requestId);
  if (kind !== undefined) rows = rows.where('kind', '=', kind);
  return beforeSeq === undefined ? rows : rows.where('seq', '<', beforeSeq);
};

export const createMysqlAuditLog = ({ db }: { readonly db: Database<Tables> }): AuditLog => ({
  append: (record) =>
    db.transaction(async (tx) => {
      const head = await lockHead(tx);
      const told = await outcomeOf(tx, record);
      if (told !== undefined) return told;
      const entry = joinOn(record, head);
      await tx.insertInto('audit_entry').values(toRow(entry)).execute();
      await tx
        .updateTable('audit_head')
        .set({ seq: entry.seq, hash: entry.hash })
        .where('id', '=', HEAD_ID)
        .execute();
      return entry;
    }),

  find: async (seq) => {
    const row = await db.write
      .selectFrom('audit_entry')
      .selectAll()
      .where('seq', '=', seq)
      .executeTakeFirst();
    return row === undefined ? undefined : toEntry(row);
  },

  list: async (query) => (await selectAudit(db.write, query).execute()).map(toEntry),

  head: async () => {
    const row = await db.write
      .selectFrom('audit_head')
      .selectAll()
      .where('id', '=', HEAD_ID)
      .executeTakeFirst();
    return row === undefined ? EMPTY_CHAIN : { seq: toSafeInteger(row.seq), hash: row.hash };
  },

  chain: async ({ afterSeq, upToSeq, limit }) => {
    const rows = await db.write
      .selectFrom('audit_entry')
      .selectAll()
      .where('seq', '>', afterSeq)
      .where('seq', '<=', upToSeq)
      .orderBy('seq')
      .limit(limit)
      .execute();
    return rows.map(toEntry);
  },
});

/** Writers wait here for each other, so that each joins on to the one before. */
const lockHead = async (tx: Transaction<Tables>): Promise<AuditHead> => {
  await tx
    .insertInto('audit_head')
    .values({ id: HEAD_ID, ...EMPTY_CHAIN })
    .onDuplicateKeyUpdate({ id: HEAD_ID })
    .execute();
  const row = await tx
    .selectFrom('audit_head')
    .selectAll()
    .where('id', '=', HEAD_ID)
    .forUpdate()
    .executeTakeFirstOrThrow();
  return { seq: toSafeInteger(row.seq), hash: row.hash };
};

const outcomeOf = async (
  tx: Transaction<Tables>,
  { intentSeq }: AuditRecord,
): Promise<AuditEntry | undefined> => {
  if (intentSeq === null) return undefined;
  const row = await tx
    .selectFrom('audit_entry')
    .selectAll()
    .where('intent_seq', '=', intentSeq)
    .executeTakeFirst();
  return row === undefined ? undefined : toEntry(row);
};

const toRow = (entry: AuditEntry): Selectable<AuditEntryTable> => ({
  seq: entry.seq,
  kind: entry.kind,
  at: toSqlTime(entry.atMs),
  actor: entry.actor,
  action: entry.action,
  route: entry.route,
  target: entry.target,
  request_id: entry.requestId,
  client_ip: entry.clientIp,
  params_digest: entry.paramsDigest,
  intent_seq: entry.intentSeq,
  status: entry.status,
  outcome: entry.outcome,
  previous_hash: entry.previousHash,
  hash: entry.hash,
});

const toEntry = (row: Selectable<AuditEntryTable>): AuditEntry => ({
  seq: toSafeInteger(row.seq),
  kind: row.kind,
  atMs: fromSqlTime(row.at),
  actor: row.actor,
  action: row.action,
  route: row.route,
  target: row.target,
  requestId: row.request_id,
  clientIp: row.client_ip,
  paramsDigest: row.params_digest,
  intentSeq: row.intent_seq === null ? null : toSafeInteger(row.intent_seq),
  status: row.status,
  outcome: row.outcome,
  previousHash: row.previous_hash,
  hash: row.hash,
});
