import { Type } from '@sinclair/typebox';
import type { ActionSpec } from '../define.ts';
import { At, Id, closed, pageOf, pageQuery } from '../schemas.ts';
import {
  AdminOrderView,
  OrderNo,
  OrderRefund,
  OrderStatus,
  RefundNo,
  ReturnedLine,
} from './types.ts';

const admin = { audience: 'admin', idempotency: 'none' } as const;
const orders = '/admin/v1/orders';

/** What an operator does. */
export const adminOrderActions = {
  listOrders: {
    summary: 'Orders, the newest first; personal data is masked',
    params: closed({
      ...pageQuery,
      status: Type.Optional(OrderStatus),
      userId: Type.Optional(Id),
      createdFrom: Type.Optional(At),
      createdBefore: Type.Optional(At),
    }),
    result: pageOf(AdminOrderView),
    errors: [],
    idempotent: true,
    route: { method: 'GET', path: orders, rateClass: 'read', mark: 'order:read', ...admin },
  },
  getOrder: {
    summary: 'An order with the full address, for whoever ships it',
    params: closed({ orderNo: OrderNo }),
    result: AdminOrderView,
    errors: ['ORDER_NOT_FOUND'],
    idempotent: true,
    route: {
      ...{ method: 'GET', path: `${orders}/{orderNo}`, rateClass: 'read', mark: 'order:ship' },
      ...admin,
    },
  },
  shipOrder: {
    summary: 'Tell that an order is on its way',
    params: closed({
      orderNo: OrderNo,
      carrier: Type.String({ minLength: 1, maxLength: 64, pattern: '\\S', examples: ['SF'] }),
      trackingNo: Type.String({ pattern: '^[A-Za-z0-9_-]{4,64}$', examples: ['SF1234567890'] }),
    }),
    result: AdminOrderView,
    errors: ['ORDER_NOT_FOUND', 'ORDER_ILLEGAL_TRANSITION'],
    idempotent: true,
    route: {
      ...{ method: 'POST', path: `${orders}/{orderNo}/ship`, rateClass: 'write' },
      ...{ mark: 'order:ship', ...admin },
    },
  },
  approveRefund: {
    summary: 'Give the money back that a buyer asked for after shipping',
    description: '`returned` names the pieces that came back; they are on hand again.',
    params: closed({
      orderNo: OrderNo,
      refundNo: RefundNo,
      returned: Type.Optional(Type.Array(ReturnedLine, { maxItems: 50 })),
    }),
    result: OrderRefund,
    errors: ['ORDER_NOT_FOUND', 'ORDER_REFUND_NOT_FOUND', 'ORDER_REFUND_DECIDED'],
    idempotent: true,
    route: {
      ...{ method: 'POST', path: `${orders}/{orderNo}/refunds/{refundNo}/approve` },
      ...{ rateClass: 'write', mark: 'refund:decide', ...admin },
    },
  },
  rejectRefund: {
    summary: 'Refuse a refund; the order goes on as before',
    params: closed({ orderNo: OrderNo, refundNo: RefundNo }),
    result: OrderRefund,
    errors: ['ORDER_NOT_FOUND', 'ORDER_REFUND_NOT_FOUND', 'ORDER_REFUND_DECIDED'],
    idempotent: true,
    route: {
      ...{ method: 'POST', path: `${orders}/{orderNo}/refunds/{refundNo}/reject` },
      ...{ rateClass: 'write', mark: 'refund:decide', ...admin },
    },
  },
} as const satisfies Record<string, ActionSpec>;
