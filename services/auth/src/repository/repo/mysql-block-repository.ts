import {
  fromSqlTime,
  fromSqlTimeOrNull,
  toSafeInteger,
  toSqlTime,
  type Database,
} from '@app/mysql';
import type { Kysely, Selectable } from 'kysely';
import type { BlockEntry } from '../../domain/admin/block.ts';
import type { BlockRepository } from '../../repository.ts';
import type { BlockEntryTable, Tables } from './tables.ts';

export const selectBlockChanges = (
  db: Kysely<Tables>,
  { fromMs, cursor, limit }: Parameters<BlockRepository['listChanges']>[0],
) => {
  const rows = db
    .selectFrom('block_entry')
    .selectAll()
    .where('changed_at', '>=', toSqlTime(Math.max(fromMs, cursor?.changedAtMs ?? 0)))
    .orderBy('changed_at')
    .orderBy('id')
    .limit(limit);
  return cursor === undefined
    ? rows
    : rows.where(({ eb, or }) =>
        or([eb('changed_at', '>', toSqlTime(cursor.changedAtMs)), eb('id', '>', cursor.id)]),
      );
};

export const createMysqlBlockRepository = ({
  db,
}: {
  readonly db: Database<Tables>;
}): BlockRepository => ({
  change: ({ kind, subject }, decide) =>
    db.transaction(async (tx) => {
      const row = await tx
        .selectFrom('block_entry')
        .selectAll()
        .where('kind', '=', kind)
        .where('subject', '=', subject)
        .forUpdate()
        .executeTakeFirst();
      const known = row === undefined ? undefined : toEntry(row);
      const next = decide(known);
      if (next === known) return next;
      await tx.replaceInto('block_entry').values(toRow(next)).execute();
      return next;
    }),

  find: async (id) => {
    const row = await db.write
      .selectFrom('block_entry')
      .selectAll()
      .where('id', '=', id)
      .executeTakeFirst();
    return row === undefined ? undefined : toEntry(row);
  },

  countActive: async () => {
    const { count } = await db.write
      .selectFrom('block_entry')
      .select(({ fn }) => fn.countAll().as('count'))
      .where('is_active', '=', 1)
      .executeTakeFirstOrThrow();
    return toSafeInteger(count);
  },

  listActive: async ({ kind, nowMs, beforeId, limit }) => {
    let rows = db.write
      .selectFrom('block_entry')
      .selectAll()
      .where('is_active', '=', 1)
      .where(({ eb, or }) =>
        or([eb('expires_at', 'is', null), eb('expires_at', '>', toSqlTime(nowMs))]),
      )
      .orderBy('id', 'desc')
      .limit(limit);
    if (kind !== undefined) rows = rows.where('kind', '=', kind);
    if (beforeId !== undefined) rows = rows.where('id', '<', beforeId);
    return (await rows.execute()).map(toEntry);
  },

  listChanges: async (query) => (await selectBlockChanges(db.write, query).execute()).map(toEntry),
});

const toEntry = (row: Selectable<BlockEntryTable>): BlockEntry => ({
  id: row.id,
  kind: row.kind,
  subject: row.subject,
  reason: row.reason,
  createdBy: row.created_by,
  createdAtMs: fromSqlTime(row.created_at),
  expiresAtMs: fromSqlTimeOrNull(row.expires_at),
  isActive: row.is_active === 1,
  version: row.version,
  changedAtMs: fromSqlTime(row.changed_at),
});

const toRow = (block: BlockEntry): Selectable<BlockEntryTable> => ({
  id: block.id,
  kind: block.kind,
  subject: block.subject,
  reason: block.reason,
  created_by: block.createdBy,
  created_at: toSqlTime(block.createdAtMs),
  expires_at: block.expiresAtMs === null ? null : toSqlTime(block.expiresAtMs),
  is_active: block.isActive ? 1 : 0,
  version: block.version,
  changed_at: toSqlTime(block.changedAtMs),
});
