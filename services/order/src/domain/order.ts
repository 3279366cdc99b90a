import type { DeliveryAddress, OrderItem, OrderRefundStatus, OrderStatus } from '@app/contracts';
import { addFen } from '@app/kernel';
import type { FollowUp } from './follow-up.ts';
import type { OrderFact } from './order-fact.ts';
import { nextStatus } from './order-state.ts';
import { isOpen } from './refund-state.ts';

/** `late`: money for an order that was closed already. `stock`: paid, but the pieces were gone. */
export type RefundCause = 'buyer' | 'late' | 'stock';

export interface Refund {
  readonly refundNo: string;
  readonly amountFen: number;
  readonly reason: string;
  readonly cause: RefundCause;
  readonly status: OrderRefundStatus;
  readonly createdAtMs: number;
}

export interface Shipment {
  readonly carrier: string;
  readonly trackingNo: string;
  readonly shippedAtMs: number;
  /** When the order completes although the buyer says nothing. */
  readonly confirmAtMs: number;
}

export interface Order {
  readonly id: string;
  readonly orderNo: string;
  readonly userId: string;
  readonly status: OrderStatus;
  /** Where an order that is `refunding` goes back to when money is left. */
  readonly resumeStatus: OrderStatus | null;
  readonly totalFen: number;
  readonly payableFen: number;
  readonly items: readonly OrderItem[];
  readonly refunds: readonly Refund[];
  readonly address: DeliveryAddress;
  readonly remark: string;
  readonly createdAtMs: number;
  readonly expiresAtMs: number;
  /** Set before pay is asked for the first time: without it nobody can have paid. */
  readonly payStartedAtMs: number | null;
  readonly paidAtMs: number | null;
  readonly transactionId: string | null;
  readonly shipment: Shipment | null;
  readonly completedAtMs: number | null;
  readonly closedAtMs: number | null;
  readonly closeReason: 'cancelled' | 'timeout' | null;
  /** Money that came after the order was closed; `pay` or a refund of ours gives it back. */
  readonly lateMoneyFen: number;
  /** When time itself does something: closes while unpaid, completes while shipped. */
  readonly actAtMs: number | null;
}

export interface OrderChange {
  readonly next: Order;
  readonly facts: readonly OrderFact[];
  readonly followUps: readonly FollowUp[];
}

export const unchanged = (order: Order): OrderChange => ({ next: order, facts: [], followUps: [] });

export const linesOf = ({ items }: Pick<Order, 'items'>) =>
  items.map(({ skuId, spuId, quantity, priceFen }) => ({ skuId, spuId, quantity, priceFen }));

export const about = (order: Order) => ({
  orderNo: order.orderNo,
  userId: order.userId,
  lines: linesOf(order),
});

/** What went back for sure. */
export const refundedFen = ({ refunds }: Order): number =>
  addFen(
    ...refunds.filter(({ status }) => status === 'succeeded').map(({ amountFen }) => amountFen),
  );

/** What can still be asked back: paid, and in no refund that is open or done. */
export const refundableFen = ({ paidAtMs, payableFen, refunds }: Order): number =>
  paidAtMs === null
    ? 0
    : payableFen -
      addFen(
        ...refunds
          .filter(({ status }) => isOpen(status) || status === 'succeeded')
          .map(({ amountFen }) => amountFen),
      );

export const startPayment = (order: Order, nowMs: number): OrderChange =>
  order.payStartedAtMs === null ? unchanged({ ...order, payStartedAtMs: nowMs }) : unchanged(order);

/** An unpaid order ends. `mayStillPay`: a prepay may be on its way to pay, which must close it too. */
export const close = (
  order: Order,
  reason: 'cancelled' | 'timeout',
  { nowMs, mayStillPay }: { readonly nowMs: number; readonly mayStillPay: boolean },
): OrderChange => {
  const status = nextStatus(order.status, 'close');
  const next = { ...order, status, closedAtMs: nowMs, closeReason: reason, actAtMs: null };
  return {
    next,
    facts: [{ name: 'closed', payload: { ...about(next), reason, closedAtMs: nowMs } }],
    followUps: [
      { kind: 'releaseStock', reason: 'closed' },
      ...(mayStillPay ? [{ kind: 'closePayment' } as const] : []),
    ],
  };
};

export const ship = (
  order: Order,
  shipment: Pick<Shipment, 'carrier' | 'trackingNo'>,
  { nowMs, confirmAfterMs }: { readonly nowMs: number; readonly confirmAfterMs: number },
): OrderChange => {
  const status = nextStatus(order.status, 'ship');
  const confirmAtMs = nowMs + confirmAfterMs;
  const next = {
    ...order,
    status,
    shipment: { ...shipment, shippedAtMs: nowMs, confirmAtMs },
    actAtMs: confirmAtMs,
  };
  return {
    next,
    facts: [{ name: 'shipped', payload: { ...about(next), ...shipment, shippedAtMs: nowMs } }],
    // WeChat keeps the money until it knows; without money it has nothing to keep.
    followUps: order.transactionId === null ? [] : [{ kind: 'uploadShipping' }],
  };
};

export const confirm = (order: Order, by: 'buyer' | 'time', nowMs: number): OrderChange => {
  const status = nextStatus(order.status, 'confirm');
  const next = { ...order, status, completedAtMs: nowMs, actAtMs: null };
  return {
    next,
    facts: [{ name: 'completed', payload: { ...about(next), by, completedAtMs: nowMs } }],
    followUps: [],
  };
};

export const noteLateMoney = (order: Order, lateMoneyFen: number): OrderChange =>
  unchanged({ ...order, lateMoneyFen });
