import type { OrderItem } from '@app/contracts';
import type { Sealer } from '@app/kernel';
import { fromSqlTime, fromSqlTimeOrNull, toSqlTime } from '@app/mysql';
import type { Order, Refund, Shipment } from '../../domain/order.ts';
import type { OrderItemTable, OrderRefundTable, OrderTable } from './tables.ts';

const timeOrNull = (ms: number | null): Date | null => (ms === null ? null : toSqlTime(ms));

type Delivery = Pick<Order, 'address' | 'remark'>;

/** Bound to its row: copied to another order it does not open. */
const contextOf = (orderId: string): string => `order.delivery:${orderId}`;

/** What changes in the life of an order. */
export const changingColumns = (order: Order, nowMs: number) => ({
  status: order.status,
  resume_status: order.resumeStatus,
  late_money_fen: order.lateMoneyFen,
  carrier: order.shipment?.carrier ?? null,
  tracking_no: order.shipment?.trackingNo ?? null,
  transaction_id: order.transactionId,
  close_reason: order.closeReason,
  pay_started_at: timeOrNull(order.payStartedAtMs),
  paid_at: timeOrNull(order.paidAtMs),
  shipped_at: timeOrNull(order.shipment?.shippedAtMs ?? null),
  confirm_at: timeOrNull(order.shipment?.confirmAtMs ?? null),
  completed_at: timeOrNull(order.completedAtMs),
  closed_at: timeOrNull(order.closedAtMs),
  act_at: timeOrNull(order.actAtMs),
  updated_at: toSqlTime(nowMs),
});

export const toOrderRow = (order: Order, sealer: Sealer): OrderTable => {
  const { id, address, remark } = order;
  const delivery: Delivery = { address, remark };
  return {
    id,
    order_no: order.orderNo,
    user_id: order.userId,
    total_fen: order.totalFen,
    payable_fen: order.payableFen,
    delivery_sealed: sealer.seal(JSON.stringify(delivery), contextOf(id)),
    expires_at: toSqlTime(order.expiresAtMs),
    created_at: toSqlTime(order.createdAtMs),
    ...changingColumns(order, order.createdAtMs),
  };
};

export const toItemRows = ({ id, items }: Order): OrderItemTable[] =>
  items.map((item, index) => ({
    order_id: id,
    line_no: index + 1,
    sku_id: item.skuId,
    spu_id: item.spuId,
    quantity: item.quantity,
    title: item.title,
    sku_name: item.skuName,
    attributes: JSON.stringify(item.attributes),
    image: item.image,
    price_fen: item.priceFen,
    amount_fen: item.amountFen,
    snapshot_hash: item.snapshotHash,
  }));

const toItem = (row: OrderItemTable): OrderItem => ({
  skuId: row.sku_id,
  spuId: row.spu_id,
  quantity: row.quantity,
  title: row.title,
  skuName: row.sku_name,
  attributes: JSON.parse(row.attributes) as OrderItem['attributes'],
  image: row.image,
  priceFen: row.price_fen,
  amountFen: row.amount_fen,
  snapshotHash: row.snapshot_hash,
});

export const toRefundRow = (orderId: string, refund: Refund, nowMs: number): OrderRefundTable => ({
  refund_no: refund.refundNo,
  order_id: orderId,
  amount_fen: refund.amountFen,
  reason: refund.reason,
  cause: refund.cause,
  status: refund.status,
  created_at: toSqlTime(refund.createdAtMs),
  updated_at: toSqlTime(nowMs),
});

const toRefund = (row: OrderRefundTable): Refund => ({
  refundNo: row.refund_no,
  amountFen: row.amount_fen,
  reason: row.reason,
  cause: row.cause,
  status: row.status,
  createdAtMs: fromSqlTime(row.created_at),
});

const toShipment = (row: OrderTable): Shipment | null => {
  const { carrier, tracking_no: trackingNo, shipped_at: shippedAt, confirm_at: confirmAt } = row;
  if (carrier === null || trackingNo === null || shippedAt === null || confirmAt === null)
    return null;
  const times = { shippedAtMs: fromSqlTime(shippedAt), confirmAtMs: fromSqlTime(confirmAt) };
  return { carrier, trackingNo, ...times };
};

export interface OrderRows {
  readonly row: OrderTable;
  readonly items: readonly OrderItemTable[];
  readonly refunds: readonly OrderRefundTable[];
}

export const toOrder = ({ row, items, refunds }: OrderRows, sealer: Sealer): Order => ({
  id: row.id,
  orderNo: row.order_no,
  userId: row.user_id,
  status: row.status,
  resumeStatus: row.resume_status,
  totalFen: row.total_fen,
  payableFen: row.payable_fen,
  items: items.map(toItem),
  refunds: refunds.map(toRefund),
  ...(JSON.parse(sealer.open(row.delivery_sealed, contextOf(row.id))) as Delivery),
  createdAtMs: fromSqlTime(row.created_at),
  expiresAtMs: fromSqlTime(row.expires_at),
  payStartedAtMs: fromSqlTimeOrNull(row.pay_started_at),
  paidAtMs: fromSqlTimeOrNull(row.paid_at),
  transactionId: row.transaction_id,
  shipment: toShipment(row),
  completedAtMs: fromSqlTimeOrNull(row.completed_at),
  closedAtMs: fromSqlTimeOrNull(row.closed_at),
  closeReason: row.close_reason,
  lateMoneyFen: row.late_money_fen,
  actAtMs: fromSqlTimeOrNull(row.act_at),
});
