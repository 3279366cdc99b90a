import { createUlids } from '@app/kernel';
import { eventually } from '@app/testing';
import t from 'tap';
import { startShop } from '../support/shop.ts';
import { startSuite } from '../support/suite.ts';

const ids = createUlids();
const suite = await startSuite({
  env: { PAY_REFUND_GAP_MS: '0', ORDER_SWEEP_EVERY_MS: '1000' },
});
t.teardown(() => suite.stop());
const shop = await startShop(suite);

await t.test(
  'a shopper orders, pays and receives; half of the money goes back, then the rest',
  async (t) => {
    const openid = `o-${ids.next()}`;
    const buyer = await shop.buyer(openid);
    const sku = await shop.sku({ priceFen: 9900, onHand: 5 });
    const key = ids.next();
    const order = await buyer.order(sku, 2, key);
    t.match(order, { status: 'pending_payment', totalFen: 19_800, payableFen: 19_800 });
    t.match(order.items, [{ skuId: sku, quantity: 2, priceFen: 9900, amountFen: 19_800 }]);
    t.equal((await buyer.order(sku, 2, key)).orderNo, order.orderNo, 'a double tap is one order');
    t.equal(await shop.available(sku), 3);

    const { prepayId } = await buyer.pay(order.orderNo);
    t.equal((await buyer.pay(order.orderNo)).prepayId, prepayId, 'asking again is safe');
    const transactionId = await shop.payerPays(prepayId);
    await shop.awaitsShipping(openid, transactionId, order.orderNo);
    await eventually(async () => (await buyer.read(order.orderNo)).status === 'paid', {
      withinMs: 20_000,
    });
    const late = await buyer.post(`/api/v1/orders/${order.orderNo}/cancel`, {});
    t.equal(late.status, 409);
    t.equal(late.body.type, 'ORDER_ILLEGAL_TRANSITION');

    const shipped = await shop.asOperator<{ status: string }>(
      `/admin/v1/orders/${order.orderNo}/ship`,
      { carrier: 'SF', trackingNo: 'SF1234567890' },
    );
    t.equal(shipped.status, 200, JSON.stringify(shipped.body));
    const told = await eventually(
      async () => {
        const text = await shop.shippingOf(transactionId);
        if (text === undefined) throw new Error('WeChat was not told of the parcel');
        return text;
      },
      { withinMs: 20_000 },
    );
    t.match(told, /SF1234567890/);
    const confirmed = await buyer.post<{ status: string }>(
      `/api/v1/orders/${order.orderNo}/confirm`,
      {},
    );
    t.equal(confirmed.body.data.status, 'completed');

    const half = await buyer.refund(order.orderNo, 9900);
    t.match(half, { status: 'requested', amountFen: 9900 });
    await shop.approve(order.orderNo, half.refundNo);
    await eventually(
      async () => {
        const { status, refundedFen } = await buyer.read(order.orderNo);
        return status === 'completed' && refundedFen === 9900;
      },
      { withinMs: 20_000 },
    );
    const rest = await buyer.refund(order.orderNo);
    t.equal(rest.amountFen, 9900);
    await shop.approve(order.orderNo, rest.refundNo, [{ skuId: sku, quantity: 1 }]);
    await eventually(async () => (await buyer.read(order.orderNo)).status === 'refunded', {
      withinMs: 20_000,
    });
    const more = await buyer.post(
      `/api/v1/orders/${order.orderNo}/refunds`,
      { amountFen: 1, reason: '再退' },
      ids.next(),
    );
    t.equal(more.status, 409);
    await eventually(async () => (await shop.available(sku)) === 4);
  },
);

await t.test('a cancelled order gives its pieces back and cannot be paid', async (t) => {
  const buyer = await shop.buyer();
  const sku = await shop.sku({ priceFen: 100, onHand: 1 });
  const { orderNo } = await buyer.order(sku, 1);
  const { prepayId } = await buyer.pay(orderNo);
  const other = await buyer.post(
    '/api/v1/orders',
    { items: [{ skuId: sku, quantity: 1 }], addressId: buyer.addressId },
    ids.next(),
  );
  t.equal(other.status, 409);
  t.equal(other.body.type, 'STOCK_EXHAUSTED');

  const cancelled = await buyer.post<{ status: string }>(`/api/v1/orders/${orderNo}/cancel`, {});

  t.equal(cancelled.body.data.status, 'closed', JSON.stringify(cancelled.body));
  await eventually(async () => (await shop.available(sku)) === 1);
  t.equal((await shop.tryToPay(prepayId)).ok, false, 'closed at WeChat too');
  t.equal((await buyer.post(`/api/v1/orders/${orderNo}/pay`, {})).status, 409);
});

await t.test('unshipped money goes back without anybody’s decision, and the pieces', async (t) => {
  const buyer = await shop.buyer();
  const sku = await shop.sku({ priceFen: 500, onHand: 1 });
  const { orderNo } = await buyer.order(sku, 1);
  await shop.payerPays((await buyer.pay(orderNo)).prepayId);
  await eventually(async () => (await buyer.read(orderNo)).status === 'paid', { withinMs: 20_000 });

  const { status } = await buyer.refund(orderNo);

  t.equal(status, 'processing');
  await eventually(async () => (await buyer.read(orderNo)).status === 'refunded', {
    withinMs: 20_000,
  });
  await eventually(async () => (await shop.available(sku)) === 1);
});

await t.test('a stranger sees and does nothing', async (t) => {
  const buyer = await shop.buyer();
  const stranger = await shop.buyer();
  const sku = await shop.sku({ priceFen: 500, onHand: 1 });
  const { orderNo } = await buyer.order(sku, 1);

  const answers = [
    await stranger.get(`/api/v1/orders/${orderNo}`),
    await stranger.post(`/api/v1/orders/${orderNo}/pay`, {}),
    await stranger.post(`/api/v1/orders/${orderNo}/cancel`, {}),
    await stranger.post(`/api/v1/orders/${orderNo}/confirm`, {}),
    await stranger.post(`/api/v1/orders/${orderNo}/refunds`, { reason: 'x' }, ids.next()),
  ];

  for (const { status, body } of answers) {
    t.equal(status, 404);
    t.equal(body.type, 'ORDER_NOT_FOUND');
  }
  t.equal((await buyer.read(orderNo)).status, 'pending_payment');
});

await t.test('after all of it no order and payment contradict each other', async (t) => {
  await eventually(async () => (await shop.moneyDifferences()).length === 0, { withinMs: 60_000 });
  t.same(await shop.moneyDifferences(), []);
});
