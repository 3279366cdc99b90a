import { toSqlTime, type Database } from '@app/mysql';
import type { Kysely } from 'kysely';
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
    return touched;
  },
});
