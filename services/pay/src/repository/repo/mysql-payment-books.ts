import { fromSqlTime, type Database } from '@app/mysql';
import type { PaymentBooks } from '../../repository.ts';
import { toPayment, toRefund } from './payment-rows.ts';
import type { Tables } from './tables.ts';

/** From the primary: who compares books must not find what a replica has not heard of yet. */
export const createMysqlPaymentBooks = (db: Database<Tables>): PaymentBooks => ({
  async findAll(orderNos) {
    const payments = await db.write
      .selectFrom('payment')
      .selectAll()
      .where('order_no', 'in', orderNos)
      .execute();
    const refunds = await db.write
      .selectFrom('refund')
      .selectAll()
      .where('order_no', 'in', orderNos)
      .execute();
    return payments.map((row) => ({
      payment: { ...toPayment(row), updatedAtMs: fromSqlTime(row.updated_at) },
      refunds: refunds
        .filter(({ order_no }) => order_no === row.order_no)
        .map((refund) => ({ ...toRefund(refund), updatedAtMs: fromSqlTime(refund.updated_at) })),
    }));
  },
});
