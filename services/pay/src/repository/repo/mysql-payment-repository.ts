import { pay } from '@app/contracts';
import { assert, type Clock } from '@app/kernel';
import { isDuplicateKey, toSqlTime, type Database, type Outbox } from '@app/mysql';
import type { Kysely, Transaction } from 'kysely';
import type { Payment } from '../../domain/payment.ts';
import { payError } from '../../errors.ts';
import type { PaymentChange, PaymentRepository } from '../../repository.ts';
import { changingColumns, toPayment, toPaymentRow, toRefundRow } from './payment-rows.ts';
import type { Tables } from './tables.ts';

interface Deps {
  readonly db: Database<Tables>;
  readonly outbox: Pick<Outbox<Tables>, 'add'>;
  readonly clock: Clock;
}

export const selectPayment = (db: Kysely<Tables>, orderNo: string) =>
  db.selectFrom('payment').selectAll().where('order_no', '=', orderNo);

export const lockPayment = (db: Kysely<Tables>, orderNo: string) =>
  selectPayment(db, orderNo).forUpdate();

export const selectDuePayments = (db: Kysely<Tables>, untilMs: number, limit: number) =>
  db
    .selectFrom('payment')
    .select('order_no')
    .where('query_at', '<=', toSqlTime(untilMs))
    .orderBy('query_at')
    .limit(limit);

/** Writes a locked payment; the state it was read in is still its state. */
export const writePayment = async (
  tx: Transaction<Tables>,
  current: Payment,
  next: Payment,
  nowMs: number,
): Promise<void> => {
  const { numUpdatedRows } = await tx
    .updateTable('payment')
    .set(changingColumns(next, nowMs))
    .where('order_no', '=', current.orderNo)
    .where('state', '=', current.state)
    .executeTakeFirst();
  assert(numUpdatedRows === 1n, 'a locked payment is still in the state it was read in');
};

export const createMysqlPaymentRepository = ({ db, outbox, clock }: Deps): PaymentRepository => {
  const addFacts = async (
    tx: Transaction<Tables>,
    current: Payment,
    { next, refund }: PaymentChange,
  ): Promise<void> => {
    if (next.state === current.state) return;
    const { orderNo, transactionId, totalFen, paidAtMs } = next;
    if (next.state === 'paid') {
      assert(transactionId !== null && paidAtMs !== null, 'a paid payment has a transaction');
      await outbox.add(tx, pay.facts.paymentSucceeded, {
        orderNo,
        transactionId,
        totalFen,
        paidAtMs,
      });
    }
    if (next.state === 'paid_late') {
      assert(transactionId !== null && refund !== undefined, 'late money goes back at once');
      const { refundNo } = refund;
      await outbox.add(tx, pay.facts.lateMoneyReceived, {
        orderNo,
        transactionId,
        totalFen,
        refundNo,
      });
    }
  };

  return {
    async insert(payment) {
      try {
        await db.write.insertInto('payment').values(toPaymentRow(payment, clock.nowMs())).execute();
        return true;
      } catch (error) {
        if (isDuplicateKey(error)) return false;
        throw error;
      }
    },
    async find(orderNo) {
      const row = await selectPayment(db.write, orderNo).executeTakeFirst();
      return row === undefined ? undefined : toPayment(row);
    },
    update: (orderNo, change) =>
      db.transaction(async (tx) => {
        const row = await lockPayment(tx, orderNo).executeTakeFirst();
        if (row === undefined) throw payError('PAYMENT_NOT_FOUND', { data: { orderNo } });
        const current = toPayment(row);
        const changed = change(current);
        const { next, refund } = changed;
        if (next === current) return current;
        const nowMs = clock.nowMs();
        await writePayment(tx, current, next, nowMs);
        if (refund !== undefined)
          await tx.insertInto('refund').values(toRefundRow(refund, nowMs)).execute();
        await addFacts(tx, current, changed);
        return next;
      }),
    async listDue(untilMs, limit) {
      const rows = await selectDuePayments(db.write, untilMs, limit).execute();
      return rows.map(({ order_no }) => order_no);
    },
  };
};
