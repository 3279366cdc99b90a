import { order } from '@app/contracts';
import { eventually } from '@app/testing';
import t from 'tap';
import { ids } from '../support/builders.ts';
import { createBuyer } from '../support/buyer.ts';
import { operator, startWorld } from '../support/order-world.ts';

const world = await startWorld(t, { ORDER_PAYMENT_TIMEOUT_MS: '1500' });
const { faults, reservations, payments } = world;
const buyer = createBuyer(world);

await t.test('at the deadline an unpaid order closes and its pieces are free', async (t) => {
  const sku = world.aSku(990, 2);
  const [untried, tried] = [await buyer.create(sku), await buyer.create(sku)];
  await buyer.pay(tried.orderNo);

  for (const { orderNo } of [untried, tried]) {
    const { closeReason } = await buyer.waitFor(orderNo, 'closed');
    t.equal(closeReason, 'timeout');
    await eventually(() => reservations.get(orderNo)?.state === 'released');
  }
  t.equal(payments.get(tried.orderNo)?.state, 'closed');
  await t.rejects(buyer.pay(tried.orderNo), { code: 'ORDER_ILLEGAL_TRANSITION' });
});

await t.test(
  'paid in the last moment and nobody told us: the deadline finds it paid',
  async (t) => {
    const { orderNo } = await buyer.create(world.aSku());
    await buyer.pay(orderNo);
    world.payerPays(orderNo);

    t.match(await buyer.waitFor(orderNo, 'paid'), { closedAt: null });

    await eventually(() => reservations.get(orderNo)?.state === 'committed');
  },
);

await t.test(
  'a pay that is down at the deadline closes nothing; back again, it does',
  async (t) => {
    const { orderNo } = await buyer.create(world.aSku());
    await buyer.pay(orderNo);
    faults.calls.length = 0;
    faults.down.add('pay');
    await eventually(() => faults.calls.filter((name) => name === 'pay.closePayment').length > 0, {
      withinMs: 15_000,
    });
    const rows = await world.database.sql('select status from `order` where order_no = ?', [
      orderNo,
    ]);
    t.match(rows, [{ status: 'pending_payment' }]);

    faults.down.delete('pay');

    await buyer.waitFor(orderNo, 'closed');
  },
);

await t.test('shipped, and the buyer confirms', async (t) => {
  const { orderNo } = await buyer.paid(world.aSku());
  await t.rejects(buyer.confirm(orderNo), { code: 'ORDER_ILLEGAL_TRANSITION' });

  const ships = await Promise.allSettled(Array.from({ length: 10 }, () => buyer.ship(orderNo)));
  const confirms = await Promise.allSettled(
    Array.from({ length: 10 }, () => buyer.confirm(orderNo)),
  );

  t.equal(ships.filter(({ status }) => status === 'fulfilled').length, 1);
  t.equal(confirms.filter(({ status }) => status === 'fulfilled').length, 1);
  t.same(await world.untilFacts(orderNo, ['created', 'paid', 'shipped', 'completed'].length), [
    'created',
    'paid',
    'shipped',
    'completed',
  ]);
});

await t.test('WeChat is told of the shipping until it takes it', async (t) => {
  const { orderNo } = await buyer.paid(world.aSku());
  faults.failNext('wechat-ccs.uploadShippingInfo', 'before', 'before');

  await buyer.ship(orderNo);

  const mine = () => world.shipments.filter((text) => text.startsWith(`4200${orderNo} `));
  await eventually(() => mine().length > 0, { withinMs: 15_000 });
  t.same(mine(), [`4200${orderNo} o-${buyer.caller.userId} SF1234`]);
});

await t.test('a buyer who says nothing has confirmed when the days are over', async (t) => {
  const { orderNo } = await buyer.paid(world.aSku());
  await buyer.ship(orderNo);
  await world.database.sql(
    'update `order` set act_at = utc_timestamp(3) - interval 1 minute where order_no = ?',
    [orderNo],
  );

  const { completedAt } = await buyer.waitFor(orderNo, 'completed');

  t.type(completedAt, 'string');
});

await t.test('several partial refunds, until nothing is left', async (t) => {
  const sku = world.aSku(1000, 1);
  const { orderNo } = await buyer.paid(sku);
  const key = ids.next();

  const [first, again] = await Promise.all([
    buyer.refund(orderNo, 400, key),
    buyer.refund(orderNo, 400, key),
  ]);
  t.equal(first.refundNo, again.refundNo);
  t.equal(first.status, 'processing', 'unshipped: by itself');
  const error = await buyer.refund(orderNo, 601).catch((reason: unknown) => reason);
  t.match(error, { code: 'REFUND_EXCEEDS_PAID', data: { leftFen: 600 } });
  const id = ids.next();
  await world.finishRefund(first.refundNo, 'succeeded', id);
  await world.finishRefund(first.refundNo, 'succeeded', id);
  t.match(await buyer.waitFor(orderNo, 'paid'), { refundedFen: 400 });
  const rest = await buyer.refund(orderNo);
  t.equal(rest.amountFen, 600);
  await world.finishRefund(rest.refundNo);

  t.match(await buyer.waitFor(orderNo, 'refunded'), { refundedFen: 1000 });
  await eventually(() => world.availableOf(sku) === 1);
  t.same(await world.untilFacts(orderNo, ['created', 'paid', 'refunded', 'refunded'].length), [
    'created',
    'paid',
    'refunded',
    'refunded',
  ]);
});

await t.test('20 refunds of everything at once: one', async (t) => {
  const { orderNo } = await buyer.paid(world.aSku());

  const tries = await Promise.allSettled(Array.from({ length: 20 }, () => buyer.refund(orderNo)));

  t.equal(tries.filter(({ status }) => status === 'fulfilled').length, 1);
});

await t.test('after shipping an operator decides, once', async (t) => {
  const sku = world.aSku();
  const { orderNo } = await buyer.paid(sku, 2);
  await buyer.ship(orderNo);
  const asked = await buyer.refund(orderNo, 990);
  t.equal(asked.status, 'requested');
  t.equal(world.refunds.has(asked.refundNo), false, 'pay is not asked yet');
  await t.rejects(buyer.confirm(orderNo), { code: 'ORDER_ILLEGAL_TRANSITION' });

  t.equal((await buyer.reject(orderNo, asked.refundNo)).status, 'rejected');
  await buyer.waitFor(orderNo, 'shipped');
  const second = await buyer.refund(orderNo, 990);
  const verdicts = await Promise.allSettled([
    ...Array.from({ length: 5 }, () =>
      buyer.approve(orderNo, second.refundNo, [{ skuId: sku, quantity: 1 }]),
    ),
    buyer.reject(orderNo, second.refundNo),
  ]);

  t.equal(verdicts.filter(({ status }) => status === 'fulfilled').length, 1);
  const { status } = await world.call(order.actions.getOrder, { orderNo }, { caller: operator });
  if (status === 'refunding') {
    await world.finishRefund(second.refundNo);
    await buyer.waitFor(orderNo, 'shipped');
    await eventually(() => world.returns.includes(second.refundNo));
  }
});

await t.test(
  'a pay that is down, or loses its answer, is told of a refund until it has it',
  async (t) => {
    const { orderNo } = await buyer.paid(world.aSku());
    faults.failNext('pay.createRefund', 'before', 'after');

    const { refundNo } = await buyer.refund(orderNo);

    await eventually(() => world.refunds.has(refundNo), { withinMs: 15_000 });
    await world.finishRefund(refundNo);
    t.match(await buyer.waitFor(orderNo, 'refunded'), { refundedFen: 990 });
  },
);

await t.test('follow-ups of a node that stopped are done by another', async (t) => {
  const { orderNo } = await buyer.create(world.aSku());
  await buyer.pay(orderNo);
  faults.down.add('stock');
  await buyer.settle(orderNo);
  await world.database.sql('update follow_up set due_at = utc_timestamp(3) - interval 1 hour');
  await world.node.stop();
  faults.down.delete('stock');

  t.equal(reservations.get(orderNo)?.state, 'held');
  await world.startNode();

  await eventually(() => reservations.get(orderNo)?.state === 'committed', { withinMs: 20_000 });
});
