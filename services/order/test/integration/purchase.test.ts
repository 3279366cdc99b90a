import { order } from '@app/contracts';
import { eventually } from '@app/testing';
import t from 'tap';
import { ids } from '../support/builders.ts';
import { createBuyer } from '../support/buyer.ts';
import { operator, startWorld } from '../support/order-world.ts';

const world = await startWorld(t);
const { faults, reservations, payments } = world;
const buyer = createBuyer(world);

await t.test('20 submits of one key are one order under one reservation', async (t) => {
  const sku = world.aSku(990, 5);
  const key = ids.next();

  const placed = await Promise.all(Array.from({ length: 20 }, () => buyer.create(sku, 1, key)));

  t.equal(new Set(placed.map(({ orderNo }) => orderNo)).size, 1);
  t.equal(world.availableOf(sku), 4);
  t.same(await world.untilFacts(placed[0]!.orderNo, ['created'].length), ['created']);
});

await t.test('100 buyers of 10 pieces: ten have an order, the others are told', async (t) => {
  const sku = world.aSku(990, 10);

  const tries = await Promise.allSettled(Array.from({ length: 40 }, () => buyer.create(sku)));

  t.equal(tries.filter(({ status }) => status === 'fulfilled').length, 10);
  for (const one of tries)
    if (one.status === 'rejected') t.match(one.reason, { code: 'STOCK_EXHAUSTED' });
});

await t.test('a retry after a lost answer reserves under the same number', async (t) => {
  for (const action of ['stock.reserve', 'goods.priceLines', 'user.getAddress']) {
    for (const when of ['before', 'after'] as const) {
      const sku = world.aSku(990, 1);
      const key = ids.next();
      faults.failNext(action, when, when, when);

      await eventually(async () => (await buyer.create(sku, 1, key)).orderNo, { withinMs: 10_000 });

      t.equal(world.availableOf(sku), 0, `${action} ${when}`);
    }
  }
});

await t.test(
  'a reservation that ended before the retry is replaced by one of another number',
  async (t) => {
    const sku = world.aSku(990, 1);
    const key = ids.next();
    const before = new Set(reservations.keys());
    faults.failNext('stock.reserve', 'after', 'after', 'after', 'after');
    await t.rejects(buyer.create(sku, 1, key), { code: 'SERVICE_UNAVAILABLE' });
    for (const [orderNo, one] of reservations) if (!before.has(orderNo)) one.state = 'expired';
    faults.failNext('stock.reserve');

    const placed = await eventually(() => buyer.create(sku, 1, key), { withinMs: 10_000 });

    t.equal(reservations.get(placed.orderNo)?.state, 'held');
  },
);

await t.test('while a neighbour is down nothing is half done, and the answer is 503', async (t) => {
  const sku = world.aSku(990, 3);
  for (const name of ['goods', 'user', 'stock']) {
    faults.down.add(name);
    await t.rejects(buyer.create(sku), { code: 'SERVICE_UNAVAILABLE' }, name);
    faults.down.delete(name);
  }
  t.equal(world.availableOf(sku), 3);

  const { orderNo } = await buyer.create(sku);
  faults.down.add('pay');
  await t.rejects(buyer.pay(orderNo), { code: 'SERVICE_UNAVAILABLE' });
  t.equal((await buyer.read(orderNo)).status, 'pending_payment', 'reading does not need pay');
  await t.rejects(buyer.cancel(orderNo), { code: 'SERVICE_UNAVAILABLE' });
  t.equal((await buyer.read(orderNo)).status, 'pending_payment');
  faults.down.delete('pay');
  t.equal((await buyer.cancel(orderNo)).status, 'closed');
});

await t.test('an order nobody tried to pay closes without pay', async (t) => {
  const { orderNo } = await buyer.create(world.aSku());
  faults.down.add('pay');

  const { status } = await buyer.cancel(orderNo);

  faults.down.delete('pay');
  t.equal(status, 'closed');
  await eventually(() => reservations.get(orderNo)?.state === 'released');
  await t.rejects(buyer.pay(orderNo), { code: 'ORDER_ILLEGAL_TRANSITION' });
});

await t.test(
  'a payment told five times, and read, is one: paid, committed, one fact',
  async (t) => {
    const { orderNo } = await buyer.create(world.aSku());
    await buyer.pay(orderNo);
    world.payerPays(orderNo);
    const id = ids.next();

    await Promise.all([
      ...Array.from({ length: 3 }, () =>
        world.publish('pay.paymentSucceeded', world.paymentFact(orderNo), id),
      ),
      world.publish('pay.paymentSucceeded', world.paymentFact(orderNo)),
      buyer.read(orderNo),
    ]);

    await buyer.waitFor(orderNo, 'paid');
    await eventually(() => reservations.get(orderNo)?.state === 'committed');
    t.same(await world.untilFacts(orderNo, ['created', 'paid'].length), ['created', 'paid']);
    t.match(
      world.facts.find(({ name, payload }) => name === 'paid' && payload['orderNo'] === orderNo),
      {
        payload: { userId: buyer.caller.userId, lines: [{ quantity: 1, priceFen: 990 }] },
      },
    );
  },
);

await t.test('a buyer who comes back sees the payment before any notification', async (t) => {
  const { orderNo } = await buyer.create(world.aSku());
  await buyer.pay(orderNo);
  world.payerPays(orderNo);

  t.equal((await buyer.read(orderNo)).status, 'paid');
});

await t.test('20 payments, cancels and reads at once end in one outcome', async (t) => {
  for (let round = 0; round < 5; round += 1) {
    const { orderNo } = await buyer.create(world.aSku());
    await buyer.pay(orderNo);

    await Promise.allSettled(
      Array.from({ length: 20 }, async (_, index) => {
        if (index % 4 === 0) await buyer.cancel(orderNo);
        else if (index % 4 === 1) await buyer.pay(orderNo);
        else if (index % 4 === 2) await buyer.read(orderNo);
        else if (world.payerPays(orderNo))
          await world.publish('pay.paymentSucceeded', world.paymentFact(orderNo));
      }),
    );

    const isPaid = payments.get(orderNo)?.state === 'paid';
    await buyer.waitFor(orderNo, isPaid ? 'paid' : 'closed');
    await eventually(
      () => reservations.get(orderNo)?.state === (isPaid ? 'committed' : 'released'),
    );
    t.same(await world.untilFacts(orderNo, ['created', isPaid ? 'paid' : 'closed'].length), [
      'created',
      isPaid ? 'paid' : 'closed',
    ]);
  }
});

await t.test('money that overtakes a closing goes back, once, and nobody misses it', async (t) => {
  const { orderNo } = await buyer.create(world.aSku());
  await buyer.pay(orderNo);
  const payment = payments.get(orderNo)!;
  payments.delete(orderNo);
  t.equal((await buyer.cancel(orderNo)).status, 'closed', 'pay knows no payment');
  payments.set(orderNo, payment);
  payment.state = 'paid';

  for (let times = 0; times < 3; times += 1)
    await world.publish('pay.paymentSucceeded', world.paymentFact(orderNo));

  const refundNo = await eventually(
    () => {
      const mine = [...world.refunds].filter(([, refund]) => refund.orderNo === orderNo);
      if (mine.length !== 1) throw new Error(`${mine.length} refunds`);
      return mine[0]?.[0] ?? '';
    },
    { withinMs: 15_000 },
  );
  t.equal(world.refunds.get(refundNo)?.amountFen, payment.totalFen);
  await world.finishRefund(refundNo);
  await eventually(async () => (await buyer.read(orderNo)).refundedFen === payment.totalFen);
  t.match(await buyer.read(orderNo), { status: 'closed', refunds: [{ status: 'succeeded' }] });
});

await t.test(
  'an order that closes while its prepay is made gives no parameters to pay',
  async (t) => {
    const { orderNo } = await buyer.create(world.aSku());
    world.hooks.prepayMade = async () => {
      delete world.hooks.prepayMade;
      payments.delete(orderNo);
      await buyer.cancel(orderNo);
      payments.set(orderNo, { state: 'pending', totalFen: 990 });
    };

    await t.rejects(buyer.pay(orderNo), { code: 'ORDER_ILLEGAL_TRANSITION' });

    t.equal(payments.get(orderNo)?.state, 'closed');
  },
);

await t.test('late money that pay gives back itself is noted on the closed order', async (t) => {
  const { orderNo } = await buyer.create(world.aSku());
  await buyer.pay(orderNo);
  await buyer.cancel(orderNo);

  await world.publish('pay.lateMoneyReceived', {
    ...{ orderNo, transactionId: '42', totalFen: 990, refundNo: `late-${orderNo}` },
  });

  await eventually(async () => {
    const text = 'select status, late_money_fen as fen from `order` where order_no = ?';
    const rows = (await world.database.sql(text, [orderNo])) as unknown as { fen: unknown }[];
    return Number(rows[0]?.fen) === 990;
  });
  t.equal((await buyer.read(orderNo)).status, 'closed');
});

await t.test('facts about payments of others are taken and forgotten', async (t) => {
  const unknown = { orderNo: 'NOBODYS00', transactionId: '42', totalFen: 1, paidAtMs: 1 };
  await world.publish('pay.paymentSucceeded', unknown);
  const { orderNo } = await buyer.create(world.aSku());
  await buyer.pay(orderNo);

  t.equal((await buyer.settle(orderNo)).status, 'paid', 'the consumer is not stuck');
});

await t.test('an order that costs nothing is paid at once, without pay', async (t) => {
  const sku = world.aSku(0);
  faults.calls.length = 0;

  const placed = await buyer.create(sku);

  t.match(placed, { status: 'paid', payableFen: 0 });
  await eventually(() => reservations.get(placed.orderNo)?.state === 'committed');
  t.notOk(faults.calls.some((name) => name.startsWith('pay.')));
  await t.rejects(buyer.pay(placed.orderNo), { code: 'ORDER_ILLEGAL_TRANSITION' });
});

await t.test('a stock that is down at the commit is told when it is back', async (t) => {
  const { orderNo } = await buyer.create(world.aSku());
  await buyer.pay(orderNo);
  faults.failNext('stock.commit', 'before', 'after', 'before');

  t.equal((await buyer.settle(orderNo)).status, 'paid', 'the buyer does not wait for stock');

  await eventually(() => reservations.get(orderNo)?.state === 'committed', { withinMs: 15_000 });
  await eventually(
    async () => {
      const rows = await world.database.sql('select id from follow_up where order_no = ?', [
        orderNo,
      ]);
      return Array.isArray(rows) && rows.length === 0;
    },
    { withinMs: 15_000 },
  );
});

await t.test(
  'paid, but the pieces are gone: all money goes back and the fact says so',
  async (t) => {
    const { orderNo } = await buyer.create(world.aSku());
    await buyer.pay(orderNo);
    reservations.get(orderNo)!.state = 'expired';
    world.payerPays(orderNo);

    await world.publish('pay.paymentSucceeded', world.paymentFact(orderNo));

    const { refunds } = await buyer.waitFor(orderNo, 'refunding');
    t.match(refunds, [{ amountFen: 990, status: 'processing' }]);
    await world.finishRefund(refunds[0]!.refundNo);
    await buyer.waitFor(orderNo, 'refunded');
    t.same(
      (
        await world.untilFacts(orderNo, ['created', 'paid', 'refunded', 'stockMissed'].length)
      ).sort(),
      ['created', 'paid', 'refunded', 'stockMissed'],
    );
  },
);

await t.test('lists show a buyer their own orders only, page by page', async (t) => {
  const me = createBuyer(world);
  const placed = [];
  for (let index = 0; index < 3; index += 1) placed.push(await me.create(world.aSku()));
  await me.cancel(placed[0]!.orderNo);

  const first = await me.list({ limit: 2 });
  const second = await me.list({ limit: 2, cursor: first.nextCursor ?? '' });

  t.same(
    [...first.items, ...second.items].map(({ orderNo }) => orderNo),
    placed.map(({ orderNo }) => orderNo).reverse(),
  );
  t.equal(second.nextCursor, null);
  t.equal((await me.list({ status: 'closed' })).items.length, 1);
  await t.rejects(me.list({ cursor: '!!' }), { code: 'VALIDATION_FAILED' });
  const masked = await world.call(
    order.actions.listOrders,
    { userId: me.caller.userId },
    { caller: operator },
  );
  t.match(masked.items[0]?.address, { name: '张**', detail: '***' });
});
