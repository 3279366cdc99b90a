/** `paid_late`: money for an order that was closed; it goes back by itself. */
export type PaymentState = 'pending' | 'paid' | 'closed' | 'paid_late';

export type PaymentEvent = 'money_came' | 'closed_at_wechat';

/** From state and event to the next state. What is not here does not happen. */
export const paymentTransitions = {
  pending: { money_came: 'paid', closed_at_wechat: 'closed' },
  closed: { money_came: 'paid_late' },
  paid: {},
  paid_late: {},
} as const satisfies Record<PaymentState, Partial<Record<PaymentEvent, PaymentState>>>;

export const nextPaymentState = (
  state: PaymentState,
  event: PaymentEvent,
): PaymentState | undefined => {
  const table: Partial<Record<PaymentEvent, PaymentState>> = paymentTransitions[state];
  return table[event];
};

export type RefundState = 'requested' | 'processing' | 'succeeded' | 'abnormal' | 'closed';

export type RefundEvent = 'accepted' | 'succeeded' | 'failed_at_payer' | 'closed';

/** `abnormal` is not the end: WeChat may still be told another way to give the money back. */
export const refundTransitions = {
  requested: {
    accepted: 'processing',
    succeeded: 'succeeded',
    failed_at_payer: 'abnormal',
    closed: 'closed',
  },
  processing: { succeeded: 'succeeded', failed_at_payer: 'abnormal', closed: 'closed' },
  abnormal: { succeeded: 'succeeded', closed: 'closed' },
  succeeded: {},
  closed: {},
} as const satisfies Record<RefundState, Partial<Record<RefundEvent, RefundState>>>;

export const nextRefundState = (
  state: RefundState,
  event: RefundEvent,
): RefundState | undefined => {
  const table: Partial<Record<RefundEvent, RefundState>> = refundTransitions[state];
  return table[event];
};
