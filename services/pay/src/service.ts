import type { Payment, Transaction } from './domain/payment.ts';
import type { BillKind, FlowBill, TradeBill } from './domain/bill.ts';
import type { Refund, RefundNews } from './domain/refund.ts';

/** What `wx.requestPayment` takes. */
export interface CashierParams {
  readonly prepayId: string;
  readonly timeStamp: string;
  readonly nonceStr: string;
  readonly package: string;
  readonly signType: 'RSA';
  readonly paySign: string;
}

export type PrepayOutcome =
  | { readonly kind: 'prepay'; readonly prepayId: string }
  /** The order is paid or closed at WeChat: ask it which. */
  | { readonly kind: 'settled' };

export type RefundOutcome =
  | { readonly kind: 'news'; readonly news: RefundNews }
  /** Refused for now: too soon after another, balance too low, rate. */
  | { readonly kind: 'later'; readonly code: string; readonly pauseMs: number };

/**
 * WeChat Pay v3 for one direct merchant. Everything can be repeated. Fails with
 * UPSTREAM_WECHAT_PAY_REJECTED, …_UNAVAILABLE and …_TIMEOUT; an answer whose signature does not
 * verify is no answer.
 */
export interface WechatPay {
  readonly mchid: string;
  createPrepay(payment: Payment): Promise<PrepayOutcome>;
  /** `undefined`: WeChat never heard of the order. */
  findTransaction(orderNo: string): Promise<Transaction | undefined>;
  /** `paid`: too late to close. An unknown order counts as closed. */
  close(orderNo: string): Promise<'closed' | 'paid'>;
  createRefund(refund: Refund): Promise<RefundOutcome>;
  findRefund(refundNo: string): Promise<RefundNews | undefined>;
  /** Signs what the buyer's phone shows to WeChat. */
  signCashier(appId: string, prepayId: string): CashierParams;
}

/** A notification exactly as it came. */
export interface RawNotice {
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** Tells genuine notifications from others. */
export interface NoticeReader {
  /** @throws WECHAT_PAY_NOTICE_REFUSED; UPSTREAM_… when a certificate had to be fetched and could not */
  readPayment(notice: RawNotice): Promise<Transaction>;
  readRefund(notice: RawNotice): Promise<RefundNews>;
}

/** Jobs that look after rows; each is a hint. `turn` tells the jobs of one row apart. */
export interface PaymentJobs {
  queryPayment(orderNo: string, turn: number, delayMs: number): Promise<void>;
  processRefund(refundNo: string, turn: number, delayMs: number): Promise<void>;
}

export type BillAnswer =
  | { readonly kind: 'file'; readonly sha1: string; readonly plain: Buffer }
  /** Nothing happened on that day. */
  | { readonly kind: 'none' }
  | { readonly kind: 'later' };

/** Bills of WeChat (reference: Pay, 10). What is answered has the hash that was promised. */
export interface WechatBills {
  /** @throws UPSTREAM_WECHAT_PAY_…; `data.reason` is `hash` for a file that is not what was promised */
  fetch(day: string, kind: BillKind): Promise<BillAnswer>;
}

/** @throws UPSTREAM_WECHAT_PAY_UNAVAILABLE with reason `bill` when a file is not in its form or its sums are wrong */
export interface BillReader {
  readTrade(plain: Buffer): Promise<TradeBill>;
  readFlow(plain: Buffer): Promise<FlowBill>;
}

/** Hints to fetch and compare a day. */
export interface BillJobs {
  processDay(day: string): Promise<void>;
}

/** What operators must hear of. */
export interface PayAlarms {
  /** Money or news that does not fit: no effect was made. */
  mismatch(orderNo: string, what: string, source: string): void;
  /** A refund that WeChat does not accept for a reason that does not pass by itself. */
  rejectedRefund(refundNo: string, error: unknown): void;
  /** A refund that the payer's account does not take, or one of late money that WeChat gave up. */
  abnormalRefund(refundNo: string): void;
  /** A bill could not be fetched, or is not what it should be; it is tried again. */
  billFailed(day: string, error: unknown): void;
  /** A day was compared and something is left. */
  differences(day: string, open: number, unexplainedFen: number): void;
}

/** Where all news of payments end: notification, query, close. */
export interface SettlePayment {
  /** What follows from the transaction; once, however often it is told. @throws PAYMENT_NOT_FOUND */
  apply(transaction: Transaction, source: string): Promise<Payment>;
  /** Asks WeChat and applies the answer. @throws PAYMENT_NOT_FOUND, UPSTREAM_WECHAT_PAY_… */
  ask(orderNo: string): Promise<Payment>;
}

/** Compares the stored bills of a day with our rows and keeps what comes of it. */
export type ReconcileDay = (day: string) => Promise<void>;
