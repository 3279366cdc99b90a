import { fromSqlTime, fromSqlTimeOrNull, toSqlTime } from '@app/mysql';
import type { Payment } from '../../domain/payment.ts';
import type { Refund } from '../../domain/refund.ts';
import type { PaymentTable, RefundTable } from './tables.ts';

const timeOrNull = (ms: number | null): Date | null => (ms === null ? null : toSqlTime(ms));

export const toPayment = (row: PaymentTable): Payment => ({
  orderNo: row.order_no,
  mchid: row.mchid,
  appId: row.app_id,
  openid: row.openid,
  description: row.description,
  totalFen: row.total_fen,
  refundedFen: row.refunded_fen,
  state: row.state,
  transactionId: row.transaction_id,
  paidAtMs: fromSqlTimeOrNull(row.paid_at),
  prepay:
    row.prepay_id === null || row.prepay_expires_at === null
      ? null
      : { id: row.prepay_id, expiresAtMs: fromSqlTime(row.prepay_expires_at) },
  expiresAtMs: fromSqlTime(row.expires_at),
  queryAtMs: fromSqlTimeOrNull(row.query_at),
  queries: row.queries,
});

/** The columns that change in the life of a payment. */
export const changingColumns = (payment: Payment, nowMs: number) => ({
  refunded_fen: payment.refundedFen,
  state: payment.state,
  transaction_id: payment.transactionId,
  paid_at: timeOrNull(payment.paidAtMs),
  prepay_id: payment.prepay?.id ?? null,
  prepay_expires_at: timeOrNull(payment.prepay?.expiresAtMs ?? null),
  query_at: timeOrNull(payment.queryAtMs),
  queries: payment.queries,
  updated_at: toSqlTime(nowMs),
});

export const toPaymentRow = (payment: Payment, nowMs: number): PaymentTable => ({
  order_no: payment.orderNo,
  mchid: payment.mchid,
  app_id: payment.appId,
  openid: payment.openid,
  description: payment.description,
  total_fen: payment.totalFen,
  expires_at: toSqlTime(payment.expiresAtMs),
  created_at: toSqlTime(nowMs),
  ...changingColumns(payment, nowMs),
});

export const toRefund = (row: RefundTable): Refund => ({
  refundNo: row.refund_no,
  orderNo: row.order_no,
  amountFen: row.amount_fen,
  totalFen: row.total_fen,
  reason: row.reason,
  cause: row.cause,
  state: row.state,
  refundId: row.refund_id,
  actAtMs: fromSqlTimeOrNull(row.act_at),
  attempts: row.attempts,
});

export const changingRefundColumns = (refund: Refund, nowMs: number) => ({
  state: refund.state,
  refund_id: refund.refundId,
  act_at: timeOrNull(refund.actAtMs),
  attempts: refund.attempts,
  updated_at: toSqlTime(nowMs),
});

export const toRefundRow = (refund: Refund, nowMs: number): RefundTable => ({
  refund_no: refund.refundNo,
  order_no: refund.orderNo,
  amount_fen: refund.amountFen,
  total_fen: refund.totalFen,
  reason: refund.reason,
  cause: refund.cause,
  send_at: toSqlTime(refund.actAtMs ?? nowMs),
  created_at: toSqlTime(nowMs),
  ...changingRefundColumns(refund, nowMs),
});
