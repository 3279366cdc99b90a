import type { DeliveryAddress, OrderItem } from '@app/contracts';
import { createUlids, type Ids } from '@app/kernel';
import type { Order, OrderChange } from '../../src/domain/order.ts';
import { orderNumber } from '../../src/domain/order-number.ts';
import { place } from '../../src/domain/place-order.ts';

export const ids: Ids = createUlids();

/** 2026-11-20T08:00:00.123Z: milliseconds that are not zero, so that a lost precision shows. */
export const NOON_MS = 1_795_161_600_123;

export const anAddress = (): DeliveryAddress => ({
  ...{ name: '张小明', phone: '13812345678', detail: '科技园 1 号楼 101' },
  ...{ province: '广东省', city: '深圳市', district: '南山区' },
});

export const anItem = (over: Partial<OrderItem> = {}): OrderItem => {
  const { priceFen, quantity } = { priceFen: 990, quantity: 1, ...over };
  return {
    ...{ skuId: ids.next(), spuId: ids.next(), title: '青瓷茶壶', skuName: '大号' },
    ...{ attributes: { 尺寸: '大' }, image: 'https://img.example.com/a.png' },
    snapshotHash: 'a'.repeat(64),
    ...over,
    ...{ priceFen, quantity, amountFen: priceFen * quantity },
  };
};

export const anOrderChange = (
  over: { readonly items?: readonly OrderItem[]; readonly userId?: string; nowMs?: number } = {},
): OrderChange => {
  const id = ids.next();
  const nowMs = over.nowMs ?? NOON_MS;
  return place({
    ...{ id, orderNo: orderNumber(id, 0), userId: over.userId ?? ids.next() },
    ...{ items: over.items ?? [anItem()], address: anAddress(), remark: '放门口' },
    ...{ nowMs, expiresAtMs: nowMs + 1_800_000 },
  });
};

/** An unpaid order, changed as the test needs it. */
export const anOrder = (over: Partial<Order> = {}): Order => ({ ...anOrderChange().next, ...over });

export const aPayment = ({ payableFen }: Pick<Order, 'payableFen'>) => ({
  totalFen: payableFen,
  transactionId: '4200001234202611200000000001',
  paidAtMs: NOON_MS + 1000,
});

export const paidOrder = (over: Partial<Order> = {}): Order =>
  anOrder({ status: 'paid', paidAtMs: NOON_MS + 1000, actAtMs: null, ...over });

export const shippedOrder = (over: Partial<Order> = {}): Order =>
  paidOrder({
    status: 'shipped',
    shipment: {
      ...{ carrier: 'SF', trackingNo: 'SF1', shippedAtMs: NOON_MS + 2000 },
      confirmAtMs: NOON_MS + 864_000_000,
    },
    actAtMs: NOON_MS + 864_000_000,
    ...over,
  });
