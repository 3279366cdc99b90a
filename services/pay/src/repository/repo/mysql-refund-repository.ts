import { pay } from '@app/contracts';
import { assert, type Clock } from '@app/kernel';
import { fromSqlTime, toSqlTime, type Database, type Outbox } from '@app/mysql';
import type { Kysely, Transaction } from 'kysely';
import type { Refund } from '../../domain/refund.ts';
import { payError } from '../../errors.ts';
import type { RefundRepository } from '../../repository.ts';
import { lockPayment, writePayment } from './mysql-payment-repository.ts';
import { changingRefundColumns, toPayment, toRefund, toRefundRow } from './payment-rows.ts';
import type { Tables } from './tables.ts';

interface Deps {
  readonly db: Database<Tables>;
  readonly outbox: Pick<Outbox<Tables>, 'add'>;
  readonly clock: Clock;
}

export const selectRefund = (db: Kysely<Tables>, refundNo: string) =>
  db.selectFrom('refund').selectAll().where('refund_no', '=', refundNo);

export const selectDueRefunds = (db: Kysely<Tables>, untilMs: number, limit: number) =>
  db
    .selectFrom('refund')
    .select('refund_no')
    .where('act_at', '<=', toSqlTime(untilMs))
    .orderBy('act_at')
    .limit(limit);

export const selectLastSend = (db: Kysely<Tables>, orderNo: string) =>
  db
    .selectFrom('refund')
    .select('send_at')
    .where('order_no', '=', orderNo)
    .orderBy('send_at', 'desc')
    .limit(1);

/** Payment first, then refund: everybody locks in this order. */
export const createMysqlRefundRepository = ({ db, outbox, clock }: Deps): RefundRepository => {
  const lockBoth = async (tx: Transaction<Tables>, refundNo: string, orderNo: string) => {
    const paymentRow = await lockPayment(tx, orderNo).executeTakeFirst();
    if (paymentRow === undefined) throw payError('PAYMENT_NOT_FOUND', { data: { orderNo } });
    const refundRow = await selectRefund(tx, refundNo).forUpdate().executeTakeFirst();
    return {
      payment: toPayment(paymentRow),
      refund: refundRow === undefined ? undefined : toRefund(refundRow),
    };
  };

  const end = async (tx: Transaction<Tables>, refund: Refund): Promise<void> => {
    const { refundNo, orderNo, amountFen, state } = refund;
    if (state === 'requested' || state === 'processing') return;
    await outbox.add(tx, pay.facts.refundFinished, {
      refundNo,
      orderNo,
      amountFen,
      outcome: state,
      finishedAtMs: clock.nowMs(),
    });
  };

  return {
    async find(refundNo) {
      const row = await selectRefund(db.write, refundNo).executeTakeFirst();
      return row === undefined ? undefined : toRefund(row);
    },
    async lastActAtMs(orderNo) {
      const row = await selectLastSend(db.write, orderNo).executeTakeFirst();
      return row === undefined ? null : fromSqlTime(row.send_at);
    },
    request: (refundNo, orderNo, decide) =>
      db.transaction(async (tx) => {
        const { payment, refund: existing } = await lockBoth(tx, refundNo, orderNo);
        const refund = decide(payment, existing);
        if (refund === undefined) {
          assert(existing !== undefined, 'nothing to store means that it is there');
          return existing;
        }
        const nowMs = clock.nowMs();
        const refundedFen = payment.refundedFen + refund.amountFen;
        assert(refundedFen <= payment.totalFen, 'no more goes back than came in');
        await writePayment(tx, payment, { ...payment, refundedFen }, nowMs);
        await tx.insertInto('refund').values(toRefundRow(refund, nowMs)).execute();
        return refund;
      }),
    async update(refundNo, change) {
      const known = await selectRefund(db.write, refundNo).executeTakeFirst();
      if (known === undefined) throw payError('REFUND_NOT_FOUND', { data: { refundNo } });
      return db.transaction(async (tx) => {
        const { payment, refund: current } = await lockBoth(tx, refundNo, known.order_no);
        assert(current !== undefined, 'a refund is never deleted');
        const next = change(current);
        if (next === current) return current;
        const nowMs = clock.nowMs();
        const { numUpdatedRows } = await tx
          .updateTable('refund')
          .set(changingRefundColumns(next, nowMs))
          .where('refund_no', '=', refundNo)
          .where('state', '=', current.state)
          .executeTakeFirst();
        assert(numUpdatedRows === 1n, 'a locked refund is still in the state it was read in');
        if (next.state === current.state) return next;
        if (next.state === 'closed') {
          const refundedFen = payment.refundedFen - next.amountFen;
          assert(refundedFen >= 0, 'what is given up was counted before');
          await writePayment(tx, payment, { ...payment, refundedFen }, nowMs);
        }
        await end(tx, next);
        return next;
      });
    },
    async listDue(untilMs, limit) {
      const rows = await selectDueRefunds(db.write, untilMs, limit).execute();
      return rows.map(({ refund_no }) => refund_no);
    },
  };
};
