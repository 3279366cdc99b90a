import { Type } from '@sinclair/typebox';
import { defineService } from '../define.ts';
import { AtMs, closed } from '../schemas.ts';
import { adminOrderActions } from './admin-actions.ts';
import { orderAuditActions } from './audit-actions.ts';
import { buyerActions } from './buyer-actions.ts';
import { orderErrors } from './errors.ts';
import { orderFacts } from './facts.ts';

export type { MoneyDifference, MoneyDifferenceKind } from './audit-actions.ts';
export { orderErrors } from './errors.ts';
export type {
  AdminOrderView,
  DeliveryAddress,
  OrderItem,
  OrderRefundStatus,
  OrderStatus,
  OrderView,
  ReturnedLine,
} from './types.ts';

const Lane = Type.Union([
  Type.Literal('stock'),
  Type.Literal('pay'),
  Type.Literal('prepay'),
  Type.Literal('wechat'),
]);

export const order = defineService({
  name: 'order',
  summary: 'Orders from the first click to the last refund, each in exactly one state',
  errors: orderErrors,
  consumes: ['pay.paymentSucceeded', 'pay.lateMoneyReceived', 'pay.refundFinished'],
  actions: { ...buyerActions, ...adminOrderActions, ...orderAuditActions },
  facts: orderFacts,
  queues: {
    due: {
      summary: 'Look now for orders whose time is up: unpaid ones close, shipped ones complete',
      payload: closed({ dueAtMs: AtMs }),
      attemptsMax: 3,
      backoffMs: 1000,
      concurrency: 1,
    },
    followUp: {
      summary: 'Tell a neighbour what follows from a change of an order',
      payload: closed({ orderId: Type.String(), lane: Lane }),
      attemptsMax: 3,
      backoffMs: 1000,
      concurrency: 16,
    },
  },
});
