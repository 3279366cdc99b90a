import { Type } from '@sinclair/typebox';
import { defineService } from '../define.ts';
import { AtMs, Id, closed, view } from '../schemas.ts';
import { stockAdminActions, stockAuditActions } from './admin.ts';
import { stockErrors } from './errors.ts';
import {
  Reservation,
  ReservationState,
  ReservedUntilMs,
  ReturnLine,
  StockLines,
  StockOrderNo,
} from './shared.ts';

export { stockErrors } from './errors.ts';
export {
  ReservationState,
  StockDifference,
  StockItem,
  StockLine,
  StockMovement,
  StockOrderNo,
} from './shared.ts';

export const stock = defineService({
  name: 'stock',
  summary: 'What is on hand, who holds it, and a ledger of every change',
  errors: stockErrors,
  actions: {
    getAvailability: {
      summary: 'How many pieces can be bought right now; 0 for SKUs that have no stock yet',
      params: closed({ skuIds: Type.Array(Id, { minItems: 1, maxItems: 100 }) }),
      result: view({
        items: Type.Array(view({ skuId: Id, available: Type.Integer({ minimum: 0 }) }), {
          description: 'One per SKU asked for, in that order',
        }),
      }),
      errors: [],
      idempotent: true,
    },
    reserve: {
      summary: 'Hold stock for an order until it is paid or the time is up: all lines or none',
      description:
        'Idempotent by order number: the same lines again answer with the same reservation, whatever was sold since.',
      params: closed({
        orderNo: StockOrderNo,
        lines: StockLines,
        expiresAtMs: ReservedUntilMs,
      }),
      result: Reservation,
      errors: ['STOCK_EXHAUSTED', 'STOCK_RESERVATION_ENDED', 'STOCK_RESERVATION_MISMATCH'],
      idempotent: true,
    },
    commit: {
      summary: 'The order is paid: what it held is sold',
      description:
        'After expiry the stock is taken once more if it is there. `exhausted` (expired, and then nothing was left) and `released` (the order was closed) are final: nothing is held for this order, refund the money. Repeats get the first answer.',
      params: closed({ orderNo: StockOrderNo }),
      result: view({
        orderNo: StockOrderNo,
        outcome: Type.Union([
          Type.Literal('committed'),
          Type.Literal('exhausted'),
          Type.Literal('released'),
        ]),
      }),
      errors: ['STOCK_RESERVATION_NOT_FOUND'],
      idempotent: true,
    },
    release: {
      summary: 'Give back everything an order holds, or has bought and not returned',
      description:
        '`closed`: unpaid, cancelled, or never created; refused when it is paid. `refunded`: paid, and refunded as a whole before shipping. An unknown order number is remembered as released, so that a reservation that arrives later is refused.',
      params: closed({
        orderNo: StockOrderNo,
        reason: Type.Union([Type.Literal('closed'), Type.Literal('refunded')]),
      }),
      result: view({ orderNo: StockOrderNo, state: ReservationState }),
      errors: ['STOCK_ILLEGAL_TRANSITION'],
      idempotent: true,
    },
    returnStock: {
      summary: 'Pieces of a paid order came back; counted once per refund number',
      params: closed({
        orderNo: StockOrderNo,
        refundNo: Type.String({ pattern: '^[A-Za-z0-9_-]{6,64}$', examples: ['R7K2Q9XW4T8B'] }),
        lines: Type.Array(ReturnLine, { minItems: 1, maxItems: 50 }),
      }),
      result: view({ orderNo: StockOrderNo, refundNo: Type.String() }),
      errors: [
        'STOCK_RESERVATION_NOT_FOUND',
        'STOCK_RESERVATION_MISMATCH',
        'STOCK_ILLEGAL_TRANSITION',
        'STOCK_RETURN_EXCEEDS_SOLD',
      ],
      idempotent: true,
    },
    ...stockAdminActions,
    ...stockAuditActions,
  },
  facts: {
    reservationExpired: {
      summary: 'A reservation ran out unpaid; its stock is sellable again',
      payload: view({ orderNo: StockOrderNo, expiredAtMs: AtMs }),
    },
  },
  hints: {
    changed: {
      summary:
        'Drop what you cached of the availability of these SKUs: sold out, back, or set anew',
      payload: view({ skuIds: Type.Array(Id) }),
    },
  },
  queues: {
    expiry: {
      summary: 'Look now for reservations whose time is up',
      payload: view({ dueAtMs: AtMs }),
      attemptsMax: 3,
      backoffMs: 1000,
      concurrency: 1,
    },
    audit: {
      summary: 'Compare balances, ledger and reservations',
      payload: view({}),
      attemptsMax: 3,
      backoffMs: 5000,
      concurrency: 1,
    },
  },
});
