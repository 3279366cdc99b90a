import type { OrderRefundStatus } from '@app/contracts';

export type RefundEvent = 'approve' | 'reject' | 'succeed' | 'stall' | 'fail';

/** `processing`: pay gives the money back. `abnormal`: the payer's account does not take it. */
export const refundTransitions = {
  requested: { approve: 'processing', reject: 'rejected' },
  processing: { succeed: 'succeeded', stall: 'abnormal', fail: 'failed' },
  abnormal: { succeed: 'succeeded', fail: 'failed' },
  succeeded: {},
  rejected: {},
  failed: {},
} as const satisfies Record<OrderRefundStatus, Partial<Record<RefundEvent, OrderRefundStatus>>>;

/** `undefined`: the event says nothing new, or comes too late. */
export const nextRefundStatus = (
  status: OrderRefundStatus,
  event: RefundEvent,
): OrderRefundStatus | undefined => {
  const table: Partial<Record<RefundEvent, OrderRefundStatus>> = refundTransitions[status];
  return table[event];
};

/** Open refunds keep their amount from being refunded a second time. */
export const isOpen = (status: OrderRefundStatus): boolean =>
  status === 'requested' || status === 'processing' || status === 'abnormal';
