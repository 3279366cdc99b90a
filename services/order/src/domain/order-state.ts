import type { OrderStatus } from '@app/contracts';
import { orderError } from './refusal.ts';

/**
 * `refund` opens the first refund, `settle…` ends the last open one with money left, `refundAll` with
 * none left. An order that was refunded in part goes on where it was.
 */
export type OrderEvent =
  | 'pay'
  | 'close'
  | 'ship'
  | 'confirm'
  | 'refund'
  | 'settleUnshipped'
  | 'settleShipped'
  | 'settleCompleted'
  | 'refundAll';

/** From status and event to the next status. What is not here does not happen. */
export const orderTransitions = {
  pending_payment: { pay: 'paid', close: 'closed' },
  paid: { ship: 'shipped', refund: 'refunding' },
  shipped: { confirm: 'completed', refund: 'refunding' },
  completed: { refund: 'refunding' },
  refunding: {
    refund: 'refunding',
    settleUnshipped: 'paid',
    settleShipped: 'shipped',
    settleCompleted: 'completed',
    refundAll: 'refunded',
  },
  closed: {},
  refunded: {},
} as const satisfies Record<OrderStatus, Partial<Record<OrderEvent, OrderStatus>>>;

/** @throws ORDER_ILLEGAL_TRANSITION */
export const nextStatus = (status: OrderStatus, event: OrderEvent): OrderStatus => {
  const table: Partial<Record<OrderEvent, OrderStatus>> = orderTransitions[status];
  const next = table[event];
  if (next === undefined) throw orderError('ORDER_ILLEGAL_TRANSITION', { data: { status, event } });
  return next;
};
