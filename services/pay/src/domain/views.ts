import type { Payment } from './payment.ts';
import type { Refund } from './refund.ts';

export const toPaymentView = (payment: Payment) => ({
  orderNo: payment.orderNo,
  state: payment.state,
  totalFen: payment.totalFen,
  refundedFen: payment.refundedFen,
  transactionId: payment.transactionId,
  paidAtMs: payment.paidAtMs,
});

export const toRefundView = (refund: Refund) => ({
  refundNo: refund.refundNo,
  orderNo: refund.orderNo,
  amountFen: refund.amountFen,
  state: refund.state,
});
