import { eventually } from '@app/testing';
import mysql from 'mysql2/promise';
import t from 'tap';
import { runCommand } from '../support/admin.ts';
import { startShop } from '../support/shop.ts';
import { startSuite } from '../support/suite.ts';

const suite = await startSuite({
  env: { PAY_REFUND_GAP_MS: '0', ORDER_SWEEP_EVERY_MS: '1000' },
});
t.teardown(() => suite.stop());
const shop = await startShop(suite);
const within = { withinMs: 20_000 };

const tamper = async (service: 'order' | 'pay' | 'stock', statement: string, value: string) => {
  const { mysqlUser, mysqlPass, mysqlAddr } = suite.stores;
  const connection = await mysql.createConnection({
    uri: `mysql://${mysqlUser}:${mysqlPass}@${mysqlAddr}/${suite.schemas[service]}`,
  });
  try {
    await connection.query(statement, [value]);
  } finally {
    await connection.end();
  }
};

/** What changed within the last minute is settling; a test does not wait that long. */
const age = async (orderNo: string) => {
  const older = 'updated_at = updated_at - interval 1 hour where order_no = ?';
  await tamper('order', `update \`order\` set ${older}`, orderNo);
  await tamper('pay', `update payment set ${older}`, orderNo);
  await tamper('pay', `update refund set ${older}`, orderNo);
  const ofOrder = 'order_id = (select id from `order` where order_no = ?)';
  await tamper(
    'order',
    `update order_refund set updated_at = updated_at - interval 1 hour where ${ofOrder}`,
    orderNo,
  );
};

const bought = async (): Promise<{ readonly orderNo: string; readonly sku: string }> => {
  const buyer = await shop.buyer();
  const sku = await shop.sku({ priceFen: 500, onHand: 3 });
  const { orderNo } = await buyer.order(sku, 2);
  await shop.payerPays((await buyer.pay(orderNo)).prepayId);
  await eventually(async () => (await buyer.read(orderNo)).status === 'paid', within);
  await buyer.refund(orderNo, 400);
  await eventually(async () => (await buyer.read(orderNo)).refundedFen === 400, within);
  return { orderNo, sku };
};

const fine = await bought();
const wrong = await bought();
const cancelled = await (async () => {
  const buyer = await shop.buyer();
  const { orderNo } = await buyer.order(await shop.sku({ priceFen: 100, onHand: 1 }), 1);
  await buyer.pay(orderNo);
  await buyer.post(`/api/v1/orders/${orderNo}/cancel`, {});
  return orderNo;
})();
for (const orderNo of [fine.orderNo, wrong.orderNo, cancelled]) await age(orderNo);

await t.test('after sales, refunds and a cancelled order nothing differs', async (t) => {
  const { code, output } = await runCommand(suite, ['audit']);

  t.equal(code, 0, output);
  t.match(output, /stock: 3 SKUs .*no difference/);
  t.match(output, /money: 3 orders compared with 3 payments, and 2 refunds, no difference\n/);
});

await t.test('a small page goes on by its cursor and finds the same', async (t) => {
  const orders: number[] = [];
  let cursor: string | null | undefined;
  do {
    const { body } = await suite.client.post<{ orders: number; nextCursor: string | null }>(
      '/internal/v1/orders/audit',
      { limit: 2, ...(typeof cursor === 'string' ? { cursor } : {}) },
      { headers: { 'x-internal-key': suite.secrets['INTERNAL_API_KEY'] ?? '' } },
    );
    orders.push(body.data.orders);
    cursor = body.data.nextCursor;
  } while (cursor !== null);
  t.same(orders, [2, 1]);
});

await t.test('a payment that was tampered with is named, and the command fails', async (t) => {
  const { orderNo } = wrong;
  await tamper('pay', 'update payment set refunded_fen = 300 where order_no = ?', orderNo);
  await tamper('order', 'update `order` set payable_fen = 999 where order_no = ?', orderNo);

  const { code, output } = await runCommand(suite, ['audit']);

  t.equal(code, 1);
  t.match(output, /money: 3 orders .* 2 differences/);
  t.match(output, `amountDiffers: 1`);
  t.match(output, `${orderNo}  order: 999`);
  t.match(output, 'refundedSumDiffers: 1');
  t.notMatch(output, fine.orderNo);
  t.notMatch(output, cancelled);
});

await t.test('what changed a moment ago is still settling', async (t) => {
  const now = 'update payment set updated_at = utc_timestamp(3) where order_no = ?';
  await tamper('pay', now, wrong.orderNo);

  const { code, output } = await runCommand(suite, ['audit']);

  t.equal(code, 0, output);
  t.match(output, /no difference \(1 orders are settling\)/);
});

await t.test('a balance that was tampered with is named', async (t) => {
  await tamper('stock', 'update stock_item set on_hand = on_hand + 1 where sku_id = ?', fine.sku);

  const { code, output } = await runCommand(suite, ['audit']);

  t.equal(code, 1);
  t.match(output, `${fine.sku}  onHandIsLedger`);
});
