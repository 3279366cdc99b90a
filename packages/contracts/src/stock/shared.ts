import { Type, type Static } from '@sinclair/typebox';
import { At, AtMs, Id, closed, view } from '../schemas.ts';

/** Also what WeChat Pay takes as out_trade_no. */
export const StockOrderNo = Type.String({
  pattern: '^[A-Za-z0-9_-]{6,32}$',
  description: 'The number of the order that the stock is for',
  examples: ['M7K2Q9XW4T8B'],
});

/** 2100-01-01: beyond it a moment is a mistake. */
export const ReservedUntilMs = Type.Integer({ minimum: 0, maximum: 4_102_444_800_000 });

const quantity = Type.Integer({ minimum: 1, maximum: 9999 });
const pieces = Type.Integer({ minimum: 0 });

export const StockLine = closed({ skuId: Id, quantity });
export type StockLine = Static<typeof StockLine>;

/** 50 lines are more than a basket holds. Lines of the same SKU count as one with their sum. */
export const StockLines = Type.Array(StockLine, { minItems: 1, maxItems: 50 });

/** Damaged pieces count as returned but do not become sellable again. */
export const ReturnLine = closed({
  skuId: Id,
  quantity,
  quality: Type.Optional(
    Type.Union([Type.Literal('sellable'), Type.Literal('damaged')], { default: 'sellable' }),
  ),
});

/** `forfeited`: paid after it had expired, and nothing was left. */
export const ReservationState = Type.Union([
  Type.Literal('held'),
  Type.Literal('committed'),
  Type.Literal('released'),
  Type.Literal('expired'),
  Type.Literal('forfeited'),
]);
export type ReservationState = Static<typeof ReservationState>;

export const Reservation = view({
  reservationId: Id,
  orderNo: StockOrderNo,
  state: ReservationState,
  expiresAtMs: AtMs,
  lines: Type.Array(view({ skuId: Id, quantity })),
});

export const StockItem = view({
  skuId: Id,
  onHand: Type.Integer({ minimum: 0, description: 'Pieces we have, reserved ones included' }),
  reserved: Type.Integer({ minimum: 0, description: 'Pieces that unpaid orders hold' }),
  available: Type.Integer({ minimum: 0, description: 'onHand − reserved' }),
  updatedAt: At,
});
export type StockItem = Static<typeof StockItem>;

const delta = Type.Integer();

export const StockMovement = view({
  id: Type.String({ pattern: '^[0-9]{1,20}$', description: 'Grows with every movement of a SKU' }),
  skuId: Id,
  kind: Type.Union([
    Type.Literal('set'),
    Type.Literal('reserve'),
    Type.Literal('commit'),
    Type.Literal('commitLate'),
    Type.Literal('release'),
    Type.Literal('expire'),
    Type.Literal('restock'),
    Type.Literal('return'),
    Type.Literal('returnDamaged'),
  ]),
  ref: Type.String({ description: 'Order number, refund number, or the id of the change' }),
  onHandDelta: delta,
  reservedDelta: delta,
  onHandAfter: pieces,
  reservedAfter: pieces,
  note: Type.String({ description: 'Why, and by which admin; empty when the kind says it all' }),
  createdAt: At,
});
export type StockMovement = Static<typeof StockMovement>;

export const StockDifference = view({
  skuId: Id,
  rule: Type.Union([
    Type.Literal('onHandIsLedger'),
    Type.Literal('reservedIsLedger'),
    Type.Literal('reservedIsHeld'),
    Type.Literal('lastMovementIsBalance'),
  ]),
  expected: Type.Integer(),
  found: Type.Integer(),
});
export type StockDifference = Static<typeof StockDifference>;
