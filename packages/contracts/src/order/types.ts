import { Type, type Static } from '@sinclair/typebox';
import { Attributes } from '../goods/types.ts';
import { At, Id, closed, nullable, view } from '../schemas.ts';

/** Also out_trade_no at WeChat Pay: 17 characters, the last of them a check character. */
export const OrderNo = Type.String({
  pattern: '^[0-9A-Za-z_-]{6,32}$',
  examples: ['7K2Q9XW4T8BMZ01D5'],
});
export const RefundNo = Type.String({
  pattern: '^[0-9A-Za-z_-]{6,64}$',
  examples: ['R7K2Q9XW4T8BMZ01D5'],
});

const Fen = Type.Integer({ minimum: 0 });

const orderStatuses = [
  'pending_payment',
  'paid',
  'shipped',
  'completed',
  'closed',
  'refunding',
  'refunded',
] as const;
export const OrderStatus = Type.Union(orderStatuses.map((status) => Type.Literal(status)));
export type OrderStatus = (typeof orderStatuses)[number];

const refundStatuses = [
  'requested',
  'processing',
  'abnormal',
  'succeeded',
  'rejected',
  'failed',
] as const;
export type OrderRefundStatus = (typeof refundStatuses)[number];

/** A line as it was bought; what becomes of the goods later changes nothing here. */
export const OrderItem = view({
  skuId: Id,
  spuId: Id,
  quantity: Type.Integer({ minimum: 1 }),
  title: Type.String(),
  skuName: Type.String(),
  attributes: Attributes,
  image: Type.String(),
  priceFen: Fen,
  amountFen: Fen,
  snapshotHash: Type.String(),
});
export type OrderItem = Static<typeof OrderItem>;

export const OrderRefund = view({
  refundNo: RefundNo,
  amountFen: Fen,
  reason: Type.String(),
  status: Type.Union(
    refundStatuses.map((status) => Type.Literal(status)),
    {
      description:
        '`requested`: an operator decides; `abnormal`: the payer’s account takes nothing, an operator must act',
    },
  ),
  createdAt: At,
});

export const Shipment = view({ carrier: Type.String(), trackingNo: Type.String(), shippedAt: At });

const text = Type.String();
const DeliveryAddress = view({
  ...{ name: text, phone: text, province: text, city: text, district: text, detail: text },
});
export type DeliveryAddress = Static<typeof DeliveryAddress>;

export const OrderView = view({
  orderNo: OrderNo,
  status: OrderStatus,
  totalFen: Fen,
  payableFen: Fen,
  refundedFen: Fen,
  expiresAt: At,
  createdAt: At,
  paidAt: nullable(At),
  completedAt: nullable(At),
  closedAt: nullable(At),
  closeReason: nullable(Type.Union([Type.Literal('cancelled'), Type.Literal('timeout')])),
  remark: Type.String(),
  address: DeliveryAddress,
  shipment: nullable(Shipment),
  items: Type.Array(OrderItem),
  refunds: Type.Array(OrderRefund),
});
export type OrderView = Static<typeof OrderView>;

/** In lists name, phone and street are masked. */
export const AdminOrderView = view({ ...OrderView.properties, userId: Id });
export type AdminOrderView = Static<typeof AdminOrderView>;

export const OrderLineRequest = closed({
  skuId: Id,
  quantity: Type.Integer({ minimum: 1, maximum: 9999 }),
});

/** Which pieces came back with a refund after shipping, and whether they can be sold again. */
export const ReturnedLine = closed({
  skuId: Id,
  quantity: Type.Integer({ minimum: 1, maximum: 9999 }),
  quality: Type.Optional(Type.Union([Type.Literal('sellable'), Type.Literal('damaged')])),
});
export type ReturnedLine = Static<typeof ReturnedLine>;
