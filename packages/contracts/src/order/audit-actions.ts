import { Type, type Static } from '@sinclair/typebox';
import type { ActionSpec } from '../define.ts';
import { closed, nullable, view } from '../schemas.ts';
import { OrderNo } from './types.ts';

const kinds = {
  paymentMissing: 'the order is paid, `pay` has no payment',
  paymentUnexpected: 'the order is worth nothing, and yet there is a payment',
  paymentNotPaid: 'the order is paid, the payment is not',
  orderNotPaid: 'the payment is paid, the order does not know',
  paymentOpen: 'the order is closed, and can still be paid',
  amountDiffers: 'the payment is about another amount',
  transactionDiffers: 'paid by another transaction',
  lateMoneyUnknown: 'money came for a closed order, which does not know',
  moneyKept: 'the order is closed, and not all of its money goes back',
  refundMissing: 'the order counts on a refund that `pay` does not have',
  refundUnknown: '`pay` has a refund that the order did not ask for',
  refundAmountDiffers: 'a refund of two amounts',
  refundStateDiffers: 'a refund of two outcomes',
  notRefunded: 'the order is refunded, not all of its money went back',
  refundedSumDiffers: 'the sum of refunds at the payment is not that of its refunds',
} as const;
export type MoneyDifferenceKind = keyof typeof kinds;

export const MoneyDifference = view({
  orderNo: OrderNo,
  kind: Type.Unsafe<MoneyDifferenceKind>(
    Type.Union(
      Object.entries(kinds).map(([kind, description]) => Type.Literal(kind, { description })),
    ),
  ),
  order: Type.String({ description: 'What `order` says' }),
  pay: Type.String({ description: 'What `pay` says' }),
});
export type MoneyDifference = Static<typeof MoneyDifference>;

const count = Type.Integer({ minimum: 0 });

/** For operators and the suite's own checks. */
export const orderAuditActions = {
  auditMoney: {
    summary: 'Compare orders with their payments and refunds, page by page',
    description:
      'The newest orders first; `nextCursor` goes on, null is the end. What changed less than `settlingMs` ago on either side is on its way and counts as settling, not as different.',
    params: closed({
      cursor: Type.Optional(Type.String({ minLength: 1, maxLength: 512 })),
      limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000, default: 500 })),
      settlingMs: Type.Optional(Type.Integer({ minimum: 0, maximum: 3_600_000, default: 60_000 })),
    }),
    result: view({
      orders: count,
      payments: count,
      refunds: count,
      settling: Type.Integer({ minimum: 0, description: 'Orders that differ but just changed' }),
      differences: Type.Array(MoneyDifference),
      nextCursor: nullable(Type.String()),
    }),
    errors: [],
    idempotent: true,
    timeoutMs: 15_000,
    route: {
      ...{ method: 'POST', path: '/internal/v1/orders/audit', audience: 'internal' },
      ...{ rateClass: 'none', idempotency: 'none' },
    },
  },
} as const satisfies Record<string, ActionSpec>;
