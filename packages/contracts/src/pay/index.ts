import { Type, type Static } from '@sinclair/typebox';
import { defineService } from '../define.ts';
import { AtMs, closed, nullable, view } from '../schemas.ts';
import { billActions, billQueue } from './bills.ts';
import { payErrors } from './errors.ts';

export { payErrors } from './errors.ts';

/** `out_trade_no` at WeChat Pay: 6–32 of these characters (reference: Pay, 6.1). */
const OrderNo = Type.String({ pattern: '^[0-9A-Za-z_-]{6,32}$' });
/** `out_refund_no`: at most 64 of these. */
const RefundNo = Type.String({ pattern: '^[0-9A-Za-z_-]{1,64}$' });
const Fen = Type.Integer({ minimum: 1, maximum: 10_000_000_000 });

const RefundState = Type.Unsafe<'requested' | 'processing' | 'succeeded' | 'abnormal' | 'closed'>(
  Type.Union(
    ['requested', 'processing', 'succeeded', 'abnormal', 'closed'].map((state) =>
      Type.Literal(state),
    ),
    { description: '`abnormal`: the payer’s account takes nothing; an operator must act' },
  ),
);

const Payment = view({
  orderNo: Type.String(),
  state: Type.Union(
    ['pending', 'paid', 'closed', 'paid_late'].map((state) => Type.Literal(state)),
    { description: '`paid_late`: money came for a closed order; it is being given back' },
  ),
  totalFen: Type.Integer(),
  refundedFen: Type.Integer({ description: 'Sum of the refunds that did not fail' }),
  transactionId: nullable(Type.String()),
  paidAtMs: nullable(AtMs),
});

/** A payment with its refunds, for comparing books. */
const RecordedPayment = view({
  ...Payment.properties,
  updatedAtMs: AtMs,
  refunds: Type.Array(
    view({
      refundNo: Type.String(),
      amountFen: Type.Integer(),
      state: RefundState,
      cause: Type.Union([Type.Literal('requested'), Type.Literal('late_money')], {
        description: '`late_money`: nobody asked; the order was closed when the money came',
      }),
      updatedAtMs: AtMs,
    }),
  ),
});
export type RecordedPayment = Static<typeof RecordedPayment>;

const Refund = view({
  refundNo: Type.String(),
  orderNo: Type.String(),
  amountFen: Type.Integer(),
  state: RefundState,
});

const upstreamErrors = [
  'UPSTREAM_WECHAT_PAY_REJECTED',
  'UPSTREAM_WECHAT_PAY_UNAVAILABLE',
  'UPSTREAM_WECHAT_PAY_TIMEOUT',
] as const;

/** What `runtime` passes to callbacks: the raw request; the answer is the provider's own form. */
const CallbackAnswer = view({
  status: Type.Integer(),
  headers: Type.Optional(Type.Record(Type.String(), Type.String())),
  body: Type.Optional(Type.String()),
});

export const pay = defineService({
  name: 'pay',
  summary: 'Payments and refunds through WeChat Pay v3',
  errors: payErrors,
  actions: {
    createPrepay: {
      summary: 'What wx.requestPayment needs to let the buyer pay an order',
      description:
        'Safe to repeat: one payment per order number, whose values never change. Before the deadline a repeat gives usable parameters again.',
      params: closed({
        orderNo: OrderNo,
        appId: Type.String({ pattern: '^[A-Za-z0-9_-]{1,32}$' }),
        openid: Type.String({ pattern: '^[A-Za-z0-9_-]{1,128}$' }),
        totalFen: Fen,
        description: Type.String({ minLength: 1, maxLength: 127 }),
        expiresAtMs: AtMs,
      }),
      result: view({
        prepayId: Type.String(),
        timeStamp: Type.String(),
        nonceStr: Type.String(),
        package: Type.String(),
        signType: Type.Literal('RSA'),
        paySign: Type.String(),
      }),
      errors: ['PAYMENT_CHANGED', 'PAYMENT_ILLEGAL_TRANSITION', ...upstreamErrors],
      idempotent: true,
      timeoutMs: 12_000,
    },
    findPayment: {
      summary:
        'The payment of an order; asks WeChat Pay first when it is pending and `refresh` is true',
      params: closed({ orderNo: OrderNo, refresh: Type.Optional(Type.Boolean()) }),
      result: Payment,
      errors: ['PAYMENT_NOT_FOUND'],
      idempotent: true,
      timeoutMs: 12_000,
    },
    findPayments: {
      summary: 'What is recorded of the payments of some orders, with their refunds',
      description:
        'WeChat Pay is not asked. Orders without a payment are left out; the order is any.',
      params: closed({ orderNos: Type.Array(OrderNo, { minItems: 1, maxItems: 100 }) }),
      result: view({ items: Type.Array(RecordedPayment) }),
      errors: [],
      idempotent: true,
    },
    closePayment: {
      summary: 'Makes sure that nobody can pay the order any more, or learns that it is paid',
      description:
        'Asks WeChat Pay first. The answer is `closed` or `paid`, never a guess: when WeChat Pay cannot be asked it fails and nothing has changed. An order nobody tried to pay is closed as well.',
      params: closed({ orderNo: OrderNo }),
      result: Payment,
      errors: ['PAYMENT_NOT_FOUND', ...upstreamErrors],
      idempotent: true,
      timeoutMs: 12_000,
    },
    createRefund: {
      summary: 'Gives back a part of a payment, or all of it; carried out in the background',
      params: closed({
        refundNo: RefundNo,
        orderNo: OrderNo,
        amountFen: Fen,
        reason: Type.String({ maxLength: 26, description: 'At most 80 bytes at WeChat Pay' }),
      }),
      result: Refund,
      errors: [
        'PAYMENT_NOT_FOUND',
        'PAYMENT_ILLEGAL_TRANSITION',
        'REFUND_EXCEEDS_PAID',
        'REFUND_CHANGED',
      ],
      idempotent: true,
    },
    findRefund: {
      summary: 'A refund and how far it is',
      params: closed({ refundNo: RefundNo }),
      result: Refund,
      errors: ['REFUND_NOT_FOUND'],
      idempotent: true,
    },
    receivePaymentNotice: {
      summary: 'WeChat Pay tells that an order was paid',
      params: closed({}),
      result: CallbackAnswer,
      errors: ['WECHAT_PAY_NOTICE_REFUSED'],
      idempotent: true,
      route: {
        method: 'POST',
        path: '/callbacks/wechat-pay/payments',
        audience: 'callback',
        rateClass: 'none',
        idempotency: 'none',
      },
    },
    receiveRefundNotice: {
      summary: 'WeChat Pay tells how a refund ended',
      params: closed({}),
      result: CallbackAnswer,
      errors: ['WECHAT_PAY_NOTICE_REFUSED'],
      idempotent: true,
      route: {
        method: 'POST',
        path: '/callbacks/wechat-pay/refunds',
        audience: 'callback',
        rateClass: 'none',
        idempotency: 'none',
      },
    },
    ...billActions,
  },
  facts: {
    paymentSucceeded: {
      summary: 'An order is paid in full, in time',
      payload: view({
        orderNo: Type.String(),
        transactionId: Type.String(),
        totalFen: Type.Integer(),
        paidAtMs: AtMs,
      }),
    },
    lateMoneyReceived: {
      summary: 'Money came for a closed order; it is given back without anybody asking',
      payload: view({
        orderNo: Type.String(),
        transactionId: Type.String(),
        totalFen: Type.Integer(),
        refundNo: Type.String(),
      }),
    },
    refundFinished: {
      summary: 'A refund reached its end',
      payload: view({
        refundNo: Type.String(),
        orderNo: Type.String(),
        amountFen: Type.Integer(),
        outcome: Type.Union([
          Type.Literal('succeeded'),
          Type.Literal('abnormal'),
          Type.Literal('closed'),
        ]),
        finishedAtMs: AtMs,
      }),
    },
  },
  queues: {
    bills: billQueue,
    paymentQuery: {
      summary: 'Asks WeChat Pay about a payment nobody has told us of yet',
      payload: closed({ orderNo: Type.String() }),
      attemptsMax: 3,
      backoffMs: 2000,
      concurrency: 8,
    },
    refundProcess: {
      summary: 'Sends a refund to WeChat Pay, and asks how it ended',
      payload: closed({ refundNo: Type.String() }),
      attemptsMax: 3,
      backoffMs: 2000,
      concurrency: 4,
    },
  },
});
