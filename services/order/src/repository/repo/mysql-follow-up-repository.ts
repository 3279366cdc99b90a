import { fromSqlTime, toSqlTime, type Database } from '@app/mysql';
import type { Kysely, Selectable } from 'kysely';
import type { FollowUp, Lane } from '../../domain/follow-up.ts';
import type { FollowUpRepository, PendingFollowUp } from '../../repository.ts';
import type { FollowUpTable, Tables } from './tables.ts';

export const selectFirst = (db: Kysely<Tables>, orderId: string, lane: Lane) =>
  db
    .selectFrom('follow_up')
    .selectAll()
    .where('order_id', '=', orderId)
    .where('lane', '=', lane)
    .orderBy('id')
    .limit(1);

export const selectDueFollowUps = (db: Kysely<Tables>, untilMs: number, limit: number) =>
  db
    .selectFrom('follow_up')
    .select(['id', 'order_id', 'lane'])
    .where('due_at', '<=', toSqlTime(untilMs))
    .orderBy('due_at')
    .limit(limit);

const toPending = (row: Selectable<FollowUpTable>): PendingFollowUp => ({
  id: String(row.id),
  orderId: row.order_id,
  orderNo: row.order_no,
  lane: row.lane,
  followUp: JSON.parse(row.payload) as FollowUp,
  attempts: row.attempts,
  dueAtMs: fromSqlTime(row.due_at),
});

export const createMysqlFollowUpRepository = (db: Database<Tables>): FollowUpRepository => ({
  async first(orderId, lane) {
    const row = await selectFirst(db.write, orderId, lane).executeTakeFirst();
    return row === undefined ? undefined : toPending(row);
  },
  finish: ({ id }, change) =>
    db.transaction(async (tx) => {
      const { numDeletedRows } = await tx
        .deleteFrom('follow_up')
        .where('id', '=', id)
        .executeTakeFirst();
      if (numDeletedRows === 0n) return false;
      await change?.(tx);
      return true;
    }),
  async retryLater({ id, attempts }, dueAtMs) {
    await db.write
      .updateTable('follow_up')
      .set({ attempts: attempts + 1, due_at: toSqlTime(dueAtMs) })
      .where('id', '=', id)
      .where('attempts', '=', attempts)
      .execute();
  },
  async listDue(untilMs, limit) {
    const rows = await selectDueFollowUps(db.write, untilMs, limit).execute();
    return rows.map(({ id, order_id, lane }) => ({ id: String(id), orderId: order_id, lane }));
  },
});
