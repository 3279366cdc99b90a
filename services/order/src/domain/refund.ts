import type { OrderStatus, ReturnedLine } from '@app/contracts';
import { assert, assertNever } from '@app/kernel';
import type { FollowUp } from './follow-up.ts';
import {
  about,
  refundableFen,
  refundedFen,
  unchanged,
  type Order,
  type OrderChange,
  type Refund,
} from './order.ts';
import { nextStatus, type OrderEvent } from './order-state.ts';
import { isOpen, nextRefundStatus, type RefundEvent } from './refund-state.ts';
import { exceedsPaid, orderError } from './refusal.ts';

/** Where the order stands apart from its refunds. */
const standing = ({ status, resumeStatus }: Order): OrderStatus => resumeStatus ?? status;

/** The one place of this rule: what was not shipped is given back by itself, else a person decides. */
export const decidedBy = (order: Order): 'itself' | 'operator' =>
  standing(order) === 'paid' ? 'itself' : 'operator';

/** WeChat Pay takes 80 bytes, which 26 characters never exceed. */
const payReason = (reason: string): string => Array.from(reason).slice(0, 26).join('');

const sendRefund = ({ refundNo, amountFen, reason }: Refund): FollowUp => ({
  kind: 'createRefund',
  refundNo,
  amountFen,
  reason: payReason(reason),
});

const open = (order: Order, refund: Refund): Order => {
  const status = nextStatus(order.status, 'refund');
  return {
    ...order,
    status,
    resumeStatus: standing(order),
    refunds: [...order.refunds, refund],
    actAtMs: null,
  };
};

interface Asked {
  readonly refundNo: string;
  readonly amountFen: number | undefined;
  readonly reason: string;
}

/** @throws ORDER_ILLEGAL_TRANSITION, REFUND_EXCEEDS_PAID */
export const requestRefund = (
  order: Order,
  { refundNo, amountFen: asked, reason }: Asked,
  nowMs: number,
): OrderChange => {
  nextStatus(order.status, 'refund');
  const leftFen = refundableFen(order);
  const amountFen = asked ?? leftFen;
  if (amountFen <= 0 || amountFen > leftFen) throw exceedsPaid(leftFen);
  const isByItself = decidedBy(order) === 'itself';
  const status = isByItself ? 'processing' : 'requested';
  const refund: Refund = {
    ...{ refundNo, amountFen, reason, status, cause: 'buyer', createdAtMs: nowMs },
  };
  return {
    next: open(order, refund),
    facts: [],
    followUps: isByItself ? [sendRefund(refund)] : [],
  };
};

const replaceRefund = (order: Order, refund: Refund): Order => ({
  ...order,
  refunds: order.refunds.map((other) => (other.refundNo === refund.refundNo ? refund : other)),
});

const settleEvents = {
  paid: 'settleUnshipped',
  shipped: 'settleShipped',
  completed: 'settleCompleted',
} as const satisfies Partial<Record<OrderStatus, OrderEvent>>;

const settleEventOf = (order: Order): OrderEvent => {
  const isAllBack = refundedFen(order) === order.payableFen;
  if (isAllBack) return 'refundAll';
  const { resumeStatus } = order;
  assert(
    resumeStatus === 'paid' || resumeStatus === 'shipped' || resumeStatus === 'completed',
    'an order that is refunding knows where it came from',
  );
  return settleEvents[resumeStatus];
};

/** When no refund is open any more the order goes on where it was, or is over. */
const settle = (order: Order): Order => {
  const isBusy = order.refunds.some(({ status }) => isOpen(status));
  if (order.status !== 'refunding' || isBusy) return order;
  const status = nextStatus(order.status, settleEventOf(order));
  const actAtMs = status === 'shipped' ? (order.shipment?.confirmAtMs ?? null) : null;
  return {
    ...order,
    status,
    actAtMs,
    resumeStatus: status === 'refunded' ? order.resumeStatus : null,
  };
};

const refundOf = (order: Order, refundNo: string): Refund => {
  const refund = order.refunds.find((one) => one.refundNo === refundNo);
  if (refund === undefined) throw orderError('ORDER_REFUND_NOT_FOUND', { data: { refundNo } });
  return refund;
};

const decide = (refund: Refund, event: 'approve' | 'reject'): Refund => {
  const { refundNo, status } = refund;
  const decided = nextRefundStatus(status, event);
  if (decided === undefined)
    throw orderError('ORDER_REFUND_DECIDED', { data: { refundNo, status } });
  return { ...refund, status: decided };
};

/** @throws ORDER_REFUND_NOT_FOUND, ORDER_REFUND_DECIDED */
export const approveRefund = (
  order: Order,
  refundNo: string,
  returned: readonly ReturnedLine[],
): OrderChange => {
  const refund = decide(refundOf(order, refundNo), 'approve');
  return {
    next: replaceRefund(order, refund),
    facts: [],
    followUps: [
      sendRefund(refund),
      ...(returned.length > 0 ? [{ kind: 'returnStock', refundNo, lines: returned } as const] : []),
    ],
  };
};

/** @throws ORDER_REFUND_NOT_FOUND, ORDER_REFUND_DECIDED */
export const rejectRefund = (order: Order, refundNo: string): OrderChange =>
  unchanged(settle(replaceRefund(order, decide(refundOf(order, refundNo), 'reject'))));

const outcomeEvent = (outcome: 'succeeded' | 'abnormal' | 'closed'): RefundEvent => {
  switch (outcome) {
    case 'succeeded':
      return 'succeed';
    case 'abnormal':
      return 'stall';
    case 'closed':
      return 'fail';
    default:
      return assertNever(outcome);
  }
};

/** Pieces nobody sent are sellable again once all the money is back; what stock missed it has not. */
const restock = (before: Order, after: Order): readonly FollowUp[] =>
  after.status === 'refunded' &&
  before.status !== 'refunded' &&
  after.resumeStatus === 'paid' &&
  after.refunds.every(({ cause }) => cause !== 'stock')
    ? [{ kind: 'releaseStock', reason: 'refunded' }]
    : [];

/** News of `pay` about a refund; the same news twice, or late, change nothing. */
export const finishRefund = (
  order: Order,
  { refundNo, outcome }: { refundNo: string; outcome: 'succeeded' | 'abnormal' | 'closed' },
  nowMs: number,
): OrderChange => {
  const refund = order.refunds.find((one) => one.refundNo === refundNo);
  if (refund === undefined) return unchanged(order);
  const status = nextRefundStatus(refund.status, outcomeEvent(outcome));
  if (status === undefined) return unchanged(order);
  const next = settle(replaceRefund(order, { ...refund, status }));
  if (status !== 'succeeded') return unchanged(next);
  const { amountFen } = refund;
  const backFen = refundedFen(next);
  const sums = { refundedFen: backFen, isFull: backFen === next.payableFen };
  return {
    next,
    facts: [
      {
        name: 'refunded',
        payload: { ...about(next), refundNo, amountFen, ...sums, refundedAtMs: nowMs },
      },
    ],
    followUps: restock(order, next),
  };
};

/** The order is paid but its pieces are gone: everything that is left goes back. */
export const missStock = (order: Order, refundNo: string, nowMs: number): OrderChange => {
  const isKnown = order.refunds.some((refund) => refund.refundNo === refundNo);
  if (isKnown || order.paidAtMs === null || order.status === 'refunded') return unchanged(order);
  const amountFen = refundableFen(order);
  const isFree = amountFen === 0;
  const refund: Refund = {
    ...{ refundNo, amountFen, reason: '商品已售罄，款项全额退回', cause: 'stock' },
    ...{ status: isFree ? 'succeeded' : 'processing', createdAtMs: nowMs },
  };
  return {
    next: settle(open(order, refund)),
    facts: [
      {
        name: 'stockMissed',
        payload: { ...about(order), refundFen: amountFen, missedAtMs: nowMs },
      },
    ],
    followUps: isFree ? [] : [sendRefund(refund)],
  };
};
