import { Type } from '@sinclair/typebox';
import type { FactSpec } from '../define.ts';
import { AtMs, Id, nullable, view } from '../schemas.ts';

const lines = Type.Array(
  view({
    skuId: Id,
    spuId: Id,
    quantity: Type.Integer({ minimum: 1 }),
    priceFen: Type.Integer({ minimum: 0 }),
  }),
);
const about = { orderNo: Type.String(), userId: Id, lines };
const Fen = Type.Integer({ minimum: 0 });

export const orderFacts = {
  created: {
    summary: 'An order was placed',
    payload: view({ ...about, totalFen: Fen, payableFen: Fen, createdAtMs: AtMs }),
  },
  paid: {
    summary: 'An order is paid, or needed no payment',
    payload: view({
      ...about,
      payableFen: Fen,
      transactionId: nullable(Type.String()),
      paidAtMs: AtMs,
    }),
  },
  closed: {
    summary: 'An unpaid order was closed',
    payload: view({
      ...about,
      reason: Type.Union([Type.Literal('cancelled'), Type.Literal('timeout')]),
      closedAtMs: AtMs,
    }),
  },
  shipped: {
    summary: 'The goods are on their way',
    payload: view({
      ...about,
      carrier: Type.String(),
      trackingNo: Type.String(),
      shippedAtMs: AtMs,
    }),
  },
  completed: {
    summary: 'The buyer has the goods: said so, or said nothing for long enough',
    payload: view({
      ...about,
      by: Type.Union([Type.Literal('buyer'), Type.Literal('time')]),
      completedAtMs: AtMs,
    }),
  },
  refunded: {
    summary: 'Money of an order went back; `isFull` when nothing of it is left',
    payload: view({
      ...about,
      refundNo: Type.String(),
      amountFen: Fen,
      refundedFen: Fen,
      isFull: Type.Boolean(),
      refundedAtMs: AtMs,
    }),
  },
  stockMissed: {
    summary: 'A paid order cannot be served: its stock was gone; all money goes back by itself',
    payload: view({ ...about, refundFen: Fen, missedAtMs: AtMs }),
  },
} as const satisfies Record<string, FactSpec>;
