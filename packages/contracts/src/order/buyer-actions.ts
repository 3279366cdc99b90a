import { Type } from '@sinclair/typebox';
import type { ActionSpec } from '../define.ts';
import { Id, closed, pageOf, pageQuery, view } from '../schemas.ts';
import { OrderLineRequest, OrderNo, OrderRefund, OrderStatus, OrderView } from './types.ts';

const app = { audience: 'app', idempotency: 'none' } as const;
const payUpstream = [
  'UPSTREAM_WECHAT_PAY_REJECTED',
  'UPSTREAM_WECHAT_PAY_UNAVAILABLE',
  'UPSTREAM_WECHAT_PAY_TIMEOUT',
] as const;

/** What a buyer does. */
export const buyerActions = {
  createOrder: {
    summary: 'Place an order',
    description:
      'Prices are those of this moment. The pieces are held until `expiresAt`. An order worth nothing is paid at once.',
    params: closed({
      items: Type.Array(OrderLineRequest, { minItems: 1, maxItems: 50 }),
      addressId: Id,
      remark: Type.Optional(Type.String({ maxLength: 200 })),
    }),
    result: OrderView,
    errors: [
      'SKU_NOT_FOR_SALE',
      'ADDRESS_NOT_FOUND',
      'STOCK_EXHAUSTED',
      'STOCK_RESERVATION_ENDED',
      'ORDER_AMOUNT_TOO_LARGE',
    ],
    idempotent: false,
    timeoutMs: 8000,
    route: {
      ...{ method: 'POST', path: '/api/v1/orders', audience: 'app', rateClass: 'write' },
      idempotency: 'required',
      status: 201,
    },
  },
  listMyOrders: {
    summary: 'My orders, the newest first',
    params: closed({ ...pageQuery, status: Type.Optional(OrderStatus) }),
    result: pageOf(OrderView),
    errors: [],
    idempotent: true,
    route: { method: 'GET', path: '/api/v1/orders', rateClass: 'read', ...app },
  },
  getMyOrder: {
    summary: 'One of my orders; an unpaid one is looked up at WeChat Pay first',
    params: closed({ orderNo: OrderNo }),
    result: OrderView,
    errors: ['ORDER_NOT_FOUND'],
    idempotent: true,
    route: { method: 'GET', path: '/api/v1/orders/{orderNo}', rateClass: 'read', ...app },
  },
  payOrder: {
    summary: 'What wx.requestPayment needs to pay an order; safe to repeat',
    params: closed({ orderNo: OrderNo }),
    result: view({
      prepayId: Type.String(),
      timeStamp: Type.String(),
      nonceStr: Type.String(),
      package: Type.String(),
      signType: Type.Literal('RSA'),
      paySign: Type.String(),
    }),
    errors: ['ORDER_NOT_FOUND', 'ORDER_ILLEGAL_TRANSITION', 'ORDER_PAYER_UNKNOWN', ...payUpstream],
    idempotent: true,
    timeoutMs: 14_000,
    route: { method: 'POST', path: '/api/v1/orders/{orderNo}/pay', rateClass: 'write', ...app },
  },
  cancelOrder: {
    summary: 'Cancel an order that is not paid',
    description: 'Asks WeChat Pay first: an order that turns out to be paid stays, and is paid.',
    params: closed({ orderNo: OrderNo }),
    result: OrderView,
    errors: ['ORDER_NOT_FOUND', 'ORDER_ILLEGAL_TRANSITION', ...payUpstream],
    idempotent: true,
    timeoutMs: 14_000,
    route: { method: 'POST', path: '/api/v1/orders/{orderNo}/cancel', rateClass: 'write', ...app },
  },
  confirmOrder: {
    summary: 'Confirm that the goods have come',
    params: closed({ orderNo: OrderNo }),
    result: OrderView,
    errors: ['ORDER_NOT_FOUND', 'ORDER_ILLEGAL_TRANSITION'],
    idempotent: true,
    route: { method: 'POST', path: '/api/v1/orders/{orderNo}/confirm', rateClass: 'write', ...app },
  },
  requestRefund: {
    summary: 'Ask for money back: a part, or without `amountFen` everything that is left',
    description:
      'Before shipping it is given back without anybody’s decision; after that an operator decides.',
    params: closed({
      orderNo: OrderNo,
      amountFen: Type.Optional(Type.Integer({ minimum: 1, maximum: 10_000_000_000 })),
      reason: Type.String({ minLength: 1, maxLength: 80, pattern: '\\S', examples: ['不想要了'] }),
    }),
    result: OrderRefund,
    errors: ['ORDER_NOT_FOUND', 'ORDER_ILLEGAL_TRANSITION', 'REFUND_EXCEEDS_PAID'],
    idempotent: false,
    route: {
      ...{ method: 'POST', path: '/api/v1/orders/{orderNo}/refunds', rateClass: 'write' },
      ...{ audience: 'app', idempotency: 'required', status: 201 },
    },
  },
} as const satisfies Record<string, ActionSpec>;
