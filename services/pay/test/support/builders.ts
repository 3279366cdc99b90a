import { openPayment, type Payment, type Transaction } from '../../src/domain/payment.ts';
import { openRefund, type Refund, type RefundNews } from '../../src/domain/refund.ts';

export const NOON_MS = Date.UTC(2026, 10, 20, 4);
export const MERCHANT = '1900000001';

let count = 0;
export const newOrderNo = (): string => `O${NOON_MS.toString(36)}${(count += 1)}`;

export const aPayment = (more: Partial<Payment> = {}): Payment => ({
  ...openPayment(
    {
      orderNo: newOrderNo(),
      appId: 'wx0000000000000001',
      openid: 'o-anna',
      totalFen: 990,
      description: '盲盒一个 🎁',
      expiresAtMs: NOON_MS + 30 * 60_000,
    },
    MERCHANT,
    NOON_MS,
  ),
  ...more,
});

export const paidOf = (payment: Payment, more: Partial<Payment> = {}): Payment => ({
  ...payment,
  state: 'paid',
  transactionId: `42${payment.orderNo}`,
  paidAtMs: NOON_MS + 60_000,
  queryAtMs: null,
  ...more,
});

/** The transaction that pays it, as WeChat tells it. */
export const transactionOf = (payment: Payment, more: Partial<Transaction> = {}): Transaction => ({
  mchid: payment.mchid,
  appId: payment.appId,
  orderNo: payment.orderNo,
  state: 'paid',
  transactionId: `42${payment.orderNo}`,
  totalFen: payment.totalFen,
  currency: 'CNY',
  openid: payment.openid,
  paidAtMs: NOON_MS + 60_000,
  ...more,
});

export const aRefund = (payment: Payment, more: Partial<Refund> = {}): Refund => ({
  ...openRefund(
    { refundNo: `R${newOrderNo()}`, orderNo: payment.orderNo, amountFen: 300, reason: '不想要了' },
    payment.totalFen,
    { cause: 'requested', actAtMs: NOON_MS },
  ),
  ...more,
});

export const newsOf = (refund: Refund, more: Partial<RefundNews> = {}): RefundNews => ({
  refundNo: refund.refundNo,
  orderNo: refund.orderNo,
  refundId: `50${refund.refundNo}`.slice(0, 32),
  amountFen: refund.amountFen,
  state: 'succeeded',
  createdAtMs: NOON_MS,
  ...more,
});
