import { assert } from '@app/kernel';
import { about, unchanged, type Order, type OrderChange, type Refund } from './order.ts';
import { nextStatus } from './order-state.ts';

export interface Payment {
  readonly totalFen: number;
  readonly transactionId: string;
  readonly paidAtMs: number;
}

const LATE_REASON = '订单已关闭，款项自动退回';

/**
 * The order was closed without `pay` knowing (a prepay overtook the closing), so `pay` does not give
 * the money back by itself: we ask it to.
 */
const giveBack = (
  order: Order,
  refundNo: string,
  amountFen: number,
  nowMs: number,
): OrderChange => {
  if (order.refunds.some((refund) => refund.refundNo === refundNo)) return unchanged(order);
  const refund: Refund = {
    ...{ refundNo, amountFen, reason: LATE_REASON, cause: 'late', status: 'processing' },
    createdAtMs: nowMs,
  };
  return {
    next: { ...order, lateMoneyFen: amountFen, refunds: [...order.refunds, refund] },
    facts: [],
    followUps: [{ kind: 'createRefund', refundNo, amountFen, reason: LATE_REASON }],
  };
};

/** However a payment is learnt of, and however often: paid once, or given back once. */
export const settlePayment = (
  order: Order,
  payment: Payment,
  { nowMs, lateRefundNo }: { readonly nowMs: number; readonly lateRefundNo: string },
): OrderChange => {
  const { totalFen, transactionId, paidAtMs } = payment;
  assert(totalFen === order.payableFen, 'pay takes the amount it was asked for and no other');
  if (order.status === 'closed') return giveBack(order, lateRefundNo, totalFen, nowMs);
  if (order.paidAtMs !== null) return unchanged(order);
  const status = nextStatus(order.status, 'pay');
  const next = { ...order, status, transactionId, paidAtMs, actAtMs: null };
  const { payableFen } = next;
  return {
    next,
    facts: [{ name: 'paid', payload: { ...about(next), payableFen, transactionId, paidAtMs } }],
    followUps: [{ kind: 'commitStock' }],
  };
};
