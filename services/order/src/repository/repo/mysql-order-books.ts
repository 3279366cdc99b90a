import { fromSqlTime, type Database } from '@app/mysql';
import type { Kysely } from 'kysely';
import type { OrderBooks } from '../../repository.ts';
import { selectRefunds } from './order-queries.ts';
import type { Tables } from './tables.ts';

export const selectMoney = (db: Kysely<Tables>, beforeId: string | undefined, limit: number) =>
  db
    .selectFrom('order')
    .select(['id', 'order_no', 'status', 'payable_fen', 'late_money_fen'])
    .select(['transaction_id', 'paid_at', 'updated_at'])
    .$if(beforeId !== undefined, (query) => query.where('id', '<', beforeId ?? ''))
    .orderBy('id', 'desc')
    .limit(limit);

/** From the primary: a replica that lags would look like money that differs. */
export const createMysqlOrderBooks = (db: Database<Tables>): OrderBooks => ({
  async page(beforeId, limit) {
    const rows = await selectMoney(db.write, beforeId, limit).execute();
    if (rows.length === 0) return [];
    const ids = rows.map(({ id }) => id);
    const refunds = await selectRefunds(db.write, ids).execute();
    const byOrder = Map.groupBy(refunds, ({ order_id }) => order_id);
    return rows.map((row) => ({
      id: row.id,
      orderNo: row.order_no,
      status: row.status,
      payableFen: row.payable_fen,
      isPaid: row.paid_at !== null,
      transactionId: row.transaction_id,
      lateMoneyFen: row.late_money_fen,
      updatedAtMs: fromSqlTime(row.updated_at),
      refunds: (byOrder.get(row.id) ?? []).map((refund) => ({
        refundNo: refund.refund_no,
        amountFen: refund.amount_fen,
        status: refund.status,
        updatedAtMs: fromSqlTime(refund.updated_at),
      })),
    }));
  },
});
