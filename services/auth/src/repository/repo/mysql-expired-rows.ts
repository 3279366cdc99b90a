import { toSqlTime, type Database } from '@app/mysql';
import type { Kysely } from 'kysely';
import { BLOCK_KEPT_MS } from '../../domain/admin/block.ts';
import type { ExpiredRows } from '../../repository.ts';
import type { Tables } from './tables.ts';

/** After the grace nobody may get the pair again, so it need not lie around, sealed or not. */
export const wipeSuccessors = (db: Kysely<Tables>, nowMs: number, limit: number) =>
  db
    .updateTable('refresh_token')
    .set({ successor_sealed: null, grace_until: null })
    .where('grace_until', '<', toSqlTime(nowMs))
    .orderBy('grace_until')
    .limit(limit);

export const deleteExpired = (
  db: Kysely<Tables>,
  table: (typeof TABLES)[number],
  nowMs: number,
  limit: number,
) =>
  db
    .deleteFrom(table)
    .where('expires_at', '<', toSqlTime(nowMs))
    .orderBy('expires_at')
    .limit(limit);

/** Every gateway has learnt long ago that they no longer hold. */
export const deleteStaleBlocks = (db: Kysely<Tables>, nowMs: number, limit: number) => {
  const before = toSqlTime(nowMs - BLOCK_KEPT_MS);
  return db
    .deleteFrom('block_entry')
    .where(({ eb, or, and }) =>
      or([
        and([eb('is_active', '=', 0), eb('changed_at', '<', before)]),
        eb('expires_at', '<', before),
      ]),
    )
    .limit(limit);
};

/** Tokens before their sessions: a session expires with its newest token. */
const TABLES = [
  'refresh_token',
  'session',
  'revocation',
  'admin_session',
  'login_attempt',
] as const;

export const createMysqlExpiredRows = ({ db }: { readonly db: Database<Tables> }): ExpiredRows => ({
  purge: async (nowMs, limit) => {
    const wiped = await wipeSuccessors(db.write, nowMs, limit).executeTakeFirst();
    let touched = Number(wiped.numUpdatedRows);
    for (const table of TABLES) {
      const deleted = await deleteExpired(db.write, table, nowMs, limit).executeTakeFirst();
      touched += Number(deleted.numDeletedRows);
    }
    const blocks = await deleteStaleBlocks(db.write, nowMs, limit).executeTakeFirst();
    touched += Number(blocks.numDeletedRows);
    return touched;
  },
});
