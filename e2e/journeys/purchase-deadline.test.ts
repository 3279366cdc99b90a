import { eventually } from '@app/testing';
import t from 'tap';
import { startShop } from '../support/shop.ts';
import { startSuite } from '../support/suite.ts';

const TIMEOUT_MS = 6000;
const suite = await startSuite({
  env: { ORDER_PAYMENT_TIMEOUT_MS: String(TIMEOUT_MS), ORDER_SWEEP_EVERY_MS: '1000' },
});
t.teardown(() => suite.stop());
const shop = await startShop(suite);
const within = { withinMs: 60_000, everyMs: 200 };

await t.test('an order nobody pays closes at its deadline, here and at WeChat', async (t) => {
  const buyer = await shop.buyer();
  const sku = await shop.sku({ priceFen: 100, onHand: 1 });
  const { orderNo } = await buyer.order(sku, 1);
  const { prepayId } = await buyer.pay(orderNo);

  await eventually(async () => (await buyer.read(orderNo)).status === 'closed', within);

  t.equal((await shop.tryToPay(prepayId)).ok, false);
  await eventually(async () => (await shop.available(sku)) === 1, within);
});

await t.test('paid while pay is down: nobody closes it, and back again it is paid', async (t) => {
  const buyer = await shop.buyer();
  const sku = await shop.sku({ priceFen: 100, onHand: 1 });
  const { orderNo, expiresAt } = await buyer.order(sku, 1);
  const { prepayId } = await buyer.pay(orderNo);
  await suite.process('pay').kill9();
  await shop.payerPays(prepayId);
  await eventually(() => Date.now() > Date.parse(expiresAt) + 1000, within);
  t.equal((await buyer.read(orderNo)).status, 'pending_payment');

  await suite.revive('pay');

  await eventually(async () => (await buyer.read(orderNo)).status === 'paid', within);
  t.equal(await shop.available(sku), 0);
});

await t.test('after all of it no order and payment contradict each other', async (t) => {
  await eventually(async () => (await shop.moneyDifferences()).length === 0, { withinMs: 60_000 });
  t.same(await shop.moneyDifferences(), []);
});
