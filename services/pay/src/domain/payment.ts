import { assert } from '@app/kernel';
import { nextPaymentState, type PaymentState } from './payment-state.ts';

/** What somebody wants to be paid. Never changes once it is asked for. */
export interface PaymentRequest {
  readonly orderNo: string;
  readonly appId: string;
  readonly openid: string;
  readonly totalFen: number;
  readonly description: string;
  readonly expiresAtMs: number;
}

export interface Payment extends PaymentRequest {
  readonly mchid: string;
  readonly state: PaymentState;
  readonly transactionId: string | null;
  readonly paidAtMs: number | null;
  /** Sum of the refunds that did not fail; never above `totalFen`. */
  readonly refundedFen: number;
  readonly prepay: { readonly id: string; readonly expiresAtMs: number } | null;
  /** When WeChat is asked next, if nobody tells before; null when there is nothing to ask. */
  readonly queryAtMs: number | null;
  readonly queries: number;
}

/** A transaction as WeChat tells it, by whichever way. */
export interface Transaction {
  readonly mchid: string;
  readonly appId: string;
  readonly orderNo: string;
  readonly state: 'unpaid' | 'paid' | 'closed';
  readonly transactionId: string | null;
  readonly totalFen: number | null;
  readonly currency: string | null;
  readonly openid: string | null;
  readonly paidAtMs: number | null;
}

/** Something that must not be: no effect, but an alarm. */
export type Mismatch =
  'mchid' | 'app' | 'order' | 'amount' | 'currency' | 'payer' | 'second_transaction';

export type Settlement =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'mismatch'; readonly what: Mismatch }
  | { readonly kind: 'change'; readonly next: Payment };

/** How long after each other WeChat is asked (reference: Pay, 8.2, fallback), then every half hour. */
const QUERY_AFTER_MS = [5000, 30_000, 60_000, 180_000, 300_000, 600_000, 1_800_000];

/** A prepay_id is good for two hours; one that ends while the buyer looks at it is of no use. */
const PREPAY_LIFE_MS = 2 * 3_600_000;
const PREPAY_LEFT_MIN_MS = 10 * 60_000;

export const queryPauseMs = (queries: number): number =>
  QUERY_AFTER_MS[Math.min(queries, QUERY_AFTER_MS.length - 1)] ?? 1_800_000;

export const openPayment = (request: PaymentRequest, mchid: string, nowMs: number): Payment => ({
  ...request,
  mchid,
  state: 'pending',
  transactionId: null,
  paidAtMs: null,
  refundedFen: 0,
  prepay: null,
  queryAtMs: nowMs + queryPauseMs(0),
  queries: 0,
});

export const isSameRequest = (payment: Payment, request: PaymentRequest): boolean =>
  payment.appId === request.appId &&
  payment.openid === request.openid &&
  payment.totalFen === request.totalFen &&
  payment.description === request.description &&
  payment.expiresAtMs === request.expiresAtMs;

export const withPrepay = (payment: Payment, id: string, nowMs: number): Payment => ({
  ...payment,
  prepay: { id, expiresAtMs: nowMs + PREPAY_LIFE_MS },
});

/** The prepay_id that can still be shown to the buyer. */
export const usablePrepay = ({ prepay }: Payment, nowMs: number): string | undefined =>
  prepay !== null && prepay.expiresAtMs - nowMs > PREPAY_LEFT_MIN_MS ? prepay.id : undefined;

export const afterQuery = (payment: Payment, nowMs: number): Payment => ({
  ...payment,
  queries: payment.queries + 1,
  queryAtMs: payment.state === 'pending' ? nowMs + queryPauseMs(payment.queries + 1) : null,
});

const mismatchOf = (payment: Payment, transaction: Transaction): Mismatch | undefined => {
  if (transaction.orderNo !== payment.orderNo) return 'order';
  if (transaction.mchid !== payment.mchid) return 'mchid';
  if (transaction.appId !== payment.appId) return 'app';
  if (transaction.state !== 'paid') return undefined;
  if (transaction.totalFen !== payment.totalFen) return 'amount';
  if (transaction.currency !== 'CNY') return 'currency';
  if (transaction.openid !== payment.openid) return 'payer';
  const isOther =
    payment.transactionId !== null && payment.transactionId !== transaction.transactionId;
  return isOther ? 'second_transaction' : undefined;
};

/**
 * What follows from what WeChat says, whoever brought it and however often: all sources of news end
 * here. Money for a closed order is taken note of as `paid_late`, with all of it marked as refunded.
 */
export const settle = (payment: Payment, transaction: Transaction): Settlement => {
  const what = mismatchOf(payment, transaction);
  if (what !== undefined) return { kind: 'mismatch', what };
  if (transaction.state === 'unpaid') return { kind: 'nothing' };
  const event = transaction.state === 'paid' ? 'money_came' : 'closed_at_wechat';
  const state = nextPaymentState(payment.state, event);
  if (state === undefined) return { kind: 'nothing' };
  if (state === 'closed') return { kind: 'change', next: { ...payment, state, queryAtMs: null } };
  const { transactionId, paidAtMs } = transaction;
  assert(transactionId !== null && paidAtMs !== null, 'paid money has a transaction and a time');
  const refundedFen = state === 'paid_late' ? payment.totalFen : payment.refundedFen;
  return {
    kind: 'change',
    next: { ...payment, state, transactionId, paidAtMs, refundedFen, queryAtMs: null },
  };
};

/** What can still be given back. */
export const leftFen = ({ totalFen, refundedFen }: Payment): number => totalFen - refundedFen;
