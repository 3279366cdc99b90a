import { assert, type Clock } from '@app/kernel';
import type { Payment } from '../../src/domain/payment.ts';
import type { Refund } from '../../src/domain/refund.ts';
import { payError } from '../../src/errors.ts';
import type { PaymentRepository, RefundRepository } from '../../src/repository.ts';
import { NOON_MS } from './builders.ts';

export interface ToldFact {
  readonly name: string;
  readonly payload: Readonly<Record<string, unknown>>;
}

interface Dated {
  readonly refund: Refund;
  readonly sendAtMs: number;
}

const due = <T>(
  all: readonly T[],
  atOf: (one: T) => number | null,
  untilMs: number,
): readonly T[] =>
  all
    .filter((one) => (atOf(one) ?? Infinity) <= untilMs)
    .sort((a, b) => (atOf(a) ?? 0) - (atOf(b) ?? 0));

/** Payments and refunds in memory; nothing waits, so every change has the row to itself. */
export const createMemoryStore = (clock: Clock = { nowMs: () => NOON_MS }) => {
  const byOrder = new Map<string, Payment>();
  const byNumber = new Map<string, Dated>();
  const facts: ToldFact[] = [];
  const tell = (name: string, payload: Record<string, unknown>): void =>
    void facts.push({ name, payload });

  const paymentOf = (orderNo: string): Payment => {
    const payment = byOrder.get(orderNo);
    if (payment === undefined) throw payError('PAYMENT_NOT_FOUND', { data: { orderNo } });
    return payment;
  };
  const addToRefunded = (payment: Payment, amountFen: number): void => {
    const refundedFen = payment.refundedFen + amountFen;
    assert(refundedFen >= 0 && refundedFen <= payment.totalFen, 'no more goes back than came in');
    byOrder.set(payment.orderNo, { ...payment, refundedFen });
  };
  const keep = (refund: Refund): void => {
    const sendAtMs = byNumber.get(refund.refundNo)?.sendAtMs ?? refund.actAtMs ?? clock.nowMs();
    byNumber.set(refund.refundNo, { refund, sendAtMs });
  };

  const payments: PaymentRepository = {
    async insert(payment) {
      if (byOrder.has(payment.orderNo)) return false;
      byOrder.set(payment.orderNo, payment);
      return true;
    },
    find: async (orderNo) => byOrder.get(orderNo),
    async update(orderNo, change) {
      const current = paymentOf(orderNo);
      const { next, refund } = change(current);
      if (next === current) return current;
      byOrder.set(orderNo, next);
      if (refund !== undefined) keep(refund);
      if (next.state === current.state) return next;
      const { transactionId, totalFen, paidAtMs } = next;
      if (next.state === 'paid')
        tell('pay.paymentSucceeded', { orderNo, transactionId, totalFen, paidAtMs });
      if (next.state === 'paid_late')
        tell('pay.lateMoneyReceived', {
          ...{ orderNo, transactionId, totalFen },
          refundNo: refund?.refundNo,
        });
      return next;
    },
    listDue: async (untilMs, limit) =>
      due([...byOrder.values()], ({ queryAtMs }) => queryAtMs, untilMs)
        .slice(0, limit)
        .map(({ orderNo }) => orderNo),
  };

  const refunds: RefundRepository = {
    find: async (refundNo) => byNumber.get(refundNo)?.refund,
    async lastActAtMs(orderNo) {
      const sent = [...byNumber.values()].filter(({ refund }) => refund.orderNo === orderNo);
      return sent.length === 0 ? null : Math.max(...sent.map(({ sendAtMs }) => sendAtMs));
    },
    async request(refundNo, orderNo, decide) {
      const payment = paymentOf(orderNo);
      const existing = byNumber.get(refundNo)?.refund;
      const refund = decide(payment, existing);
      if (refund === undefined) {
        assert(existing !== undefined, 'nothing to store means that it is there');
        return existing;
      }
      addToRefunded(payment, refund.amountFen);
      keep(refund);
      return refund;
    },
    async update(refundNo, change) {
      const current = byNumber.get(refundNo)?.refund;
      if (current === undefined) throw payError('REFUND_NOT_FOUND', { data: { refundNo } });
      const next = change(current);
      if (next === current) return current;
      keep(next);
      if (next.state === current.state) return next;
      if (next.state === 'closed') addToRefunded(paymentOf(next.orderNo), -next.amountFen);
      if (next.state === 'requested' || next.state === 'processing') return next;
      const { orderNo, amountFen, state: outcome } = next;
      const finishedAtMs = clock.nowMs();
      tell('pay.refundFinished', { refundNo, orderNo, amountFen, outcome, finishedAtMs });
      return next;
    },
    listDue: async (untilMs, limit) =>
      due([...byNumber.values()], ({ refund }) => refund.actAtMs, untilMs)
        .slice(0, limit)
        .map(({ refund }) => refund.refundNo),
  };

  return {
    payments,
    refunds,
    factsOf: async (orderNo: string): Promise<readonly ToldFact[]> =>
      facts.filter(({ payload }) => payload['orderNo'] === orderNo),
  };
};
