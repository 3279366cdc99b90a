import { fromSqlTime, toSqlTime, type Database } from '@app/mysql';
import type { ForceMarks } from '../../repository.ts';
import type { Tables } from './tables.ts';

/** One row per app; the claim is a compare and set on the time that stands there. */
export const createMysqlForceMarks = (db: Pick<Database<Tables>, 'write'>): ForceMarks => ({
  async claim(appId, { nowMs, intervalMs }) {
    const forced_at = toSqlTime(nowMs);
    const { numUpdatedRows } = await db.write
      .updateTable('token_force')
      .set({ forced_at })
      .where('app_id', '=', appId)
      .where('forced_at', '<=', toSqlTime(nowMs - intervalMs))
      .executeTakeFirst();
    if (numUpdatedRows > 0n) return { isClaimed: true };
    const { numInsertedOrUpdatedRows = 0n } = await db.write
      .insertInto('token_force')
      .ignore()
      .values({ app_id: appId, forced_at })
      .executeTakeFirst();
    if (numInsertedOrUpdatedRows > 0n) return { isClaimed: true };
    const row = await db.write
      .selectFrom('token_force')
      .select('forced_at')
      .where('app_id', '=', appId)
      .executeTakeFirstOrThrow();
    return { isClaimed: false, lastAtMs: fromSqlTime(row.forced_at) };
  },
});
