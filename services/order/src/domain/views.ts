import type { AdminOrderView, OrderView } from '@app/contracts';
import { maskName, maskPhone, toRfc3339 } from '@app/kernel';
import { refundedFen, type Order, type Refund } from './order.ts';

const atOrNull = (ms: number | null): string | null => (ms === null ? null : toRfc3339(ms));

export const toRefundView = (refund: Refund) => ({
  refundNo: refund.refundNo,
  amountFen: refund.amountFen,
  reason: refund.reason,
  status: refund.status,
  createdAt: toRfc3339(refund.createdAtMs),
});

const toShipmentView = ({ shipment }: Order) =>
  shipment === null
    ? null
    : {
        carrier: shipment.carrier,
        trackingNo: shipment.trackingNo,
        shippedAt: toRfc3339(shipment.shippedAtMs),
      };

/** For its buyer, who wrote the address: nothing is masked. */
export const toOrderView = (order: Order): OrderView => ({
  orderNo: order.orderNo,
  status: order.status,
  totalFen: order.totalFen,
  payableFen: order.payableFen,
  refundedFen: refundedFen(order),
  expiresAt: toRfc3339(order.expiresAtMs),
  createdAt: toRfc3339(order.createdAtMs),
  paidAt: atOrNull(order.paidAtMs),
  completedAt: atOrNull(order.completedAtMs),
  closedAt: atOrNull(order.closedAtMs),
  closeReason: order.closeReason,
  remark: order.remark,
  address: order.address,
  shipment: toShipmentView(order),
  items: [...order.items],
  refunds: order.refunds.map(toRefundView),
});

export const toAdminOrderView = (order: Order): AdminOrderView => ({
  ...toOrderView(order),
  userId: order.userId,
});

/** For lists that many people look at. */
export const toMaskedOrderView = (order: Order): AdminOrderView => {
  const view = toAdminOrderView(order);
  const { name, phone, ...region } = view.address;
  const masked = { ...region, name: maskName(name), phone: maskPhone(phone), detail: '***' };
  return { ...view, address: masked, remark: view.remark === '' ? '' : '***' };
};
