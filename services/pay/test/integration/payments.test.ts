import { pay } from '@app/contracts';
import { eventually } from '@app/testing';
import t from 'tap';
import { APPID, MCHID, startWorld } from '../support/start-world.ts';

const { createPrepay, findPayment, closePayment, createRefund, findRefund } = pay.actions;
const world = await startWorld(t);
const { call, state, anOrder, payerPays, factsAbout, settings, clock, sandbox } = world;
await world.startNode();

const until = (orderNo: string, wanted: string) =>
  eventually(async () => {
    const payment = await call(findPayment, { orderNo });
    if (payment.state !== wanted) throw new Error(`is ${payment.state}`);
  });

t.test('an order is paid, told by the notification, once', async (t) => {
  const order = anOrder();
  const cashier = await call(createPrepay, order);
  const again = await call(createPrepay, order);

  const paid = payerPays(cashier.prepayId);
  await until(order.orderNo, 'paid');

  t.equal(again.prepayId, cashier.prepayId, 'the same prepay_id while it is good');
  t.match(await call(findPayment, { orderNo: order.orderNo }), {
    state: 'paid',
    totalFen: 990,
    refundedFen: 0,
    transactionId: paid.transactionId,
  });
  await eventually(() => factsAbout(order.orderNo).length > 0);
  t.same(factsAbout(order.orderNo), ['pay.paymentSucceeded']);
  await t.rejects(call(createPrepay, order), {
    code: 'PAYMENT_ILLEGAL_TRANSITION',
    data: { state: 'paid' },
  });
});

t.test('the cashier takes what we signed', async (t) => {
  const order = anOrder();
  const { prepayId, ...cashier } = await call(createPrepay, order);

  const response = await fetch(
    `${world.notifyUrl.replace(/:\d+.*/, '')}:${sandboxPort()}/__sandbox/wechat-pay/prepays/${prepayId}/pay`,
    {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ openid: 'o-anna', cashier: { appId: APPID, ...cashier } }),
    },
  );

  t.equal(response.status, 200, await response.text());
});

const sandboxPort = (): number => (sandbox.app.server.address() as { port: number }).port;

t.test('twenty at once who want to pay one order make one payment', async (t) => {
  const order = anOrder();

  const all = await Promise.all(Array.from({ length: 20 }, () => call(createPrepay, order)));
  payerPays(all[7]!.prepayId);
  await until(order.orderNo, 'paid');

  t.equal(state.orders.list().filter((one) => one.outTradeNo === order.orderNo).length, 1);
  await t.rejects(call(createPrepay, { ...order, totalFen: 991 }), { code: 'PAYMENT_CHANGED' });
});

t.test(
  'a hundred notifications at once, with queries and a close among them, have one effect',
  async (t) => {
    const order = anOrder();
    const { orderNo } = order;
    const { prepayId } = await call(createPrepay, order);
    settings({ notificationsPaused: true });
    payerPays(prepayId);
    const { id } = state.notifier.list().find(({ about }) => about === orderNo)!;

    const answers = await Promise.all([
      ...Array.from({ length: 100 }, () => state.notifier.sendCopy(id)),
      ...Array.from({ length: 10 }, () => call(findPayment, { orderNo, refresh: true })),
      ...Array.from({ length: 10 }, () => call(closePayment, { orderNo })),
    ]);

    settings({ notificationsPaused: false });
    t.ok(answers.every((answer) => !('isAccepted' in answer) || answer.isAccepted));
    t.ok(answers.every((answer) => !('state' in answer) || answer.state === 'paid'));
    await eventually(() => factsAbout(orderNo).length > 0);
    t.same(factsAbout(orderNo), ['pay.paymentSucceeded']);
  },
);

t.test('without any notification the payment is found by asking', async (t) => {
  const order = anOrder();
  const { prepayId } = await call(createPrepay, order);
  settings({ notificationsPaused: true });
  payerPays(prepayId);

  const asked = await call(findPayment, { orderNo: order.orderNo, refresh: true });

  settings({ notificationsPaused: false });
  t.equal(asked.state, 'paid');
});

t.test(
  'without a notification or a question the poller finds it, also when Redis lost the job',
  async (t) => {
    const order = anOrder();
    settings({ notificationsPaused: true });
    const { prepayId } = await call(createPrepay, order);
    payerPays(prepayId);
    clock.advance(11_000);

    await eventually(
      async () => {
        const payment = await call(findPayment, { orderNo: order.orderNo });
        if (payment.state !== 'paid') throw new Error(payment.state);
      },
      { withinMs: 60_000 },
    );

    settings({ notificationsPaused: false });
    t.same(factsAbout(order.orderNo).length <= 1, true);
  },
);

t.test('a forged, stale, replayed or tampered notification changes nothing', async (t) => {
  const order = anOrder();
  const { prepayId } = await call(createPrepay, order);
  settings({ notificationsPaused: true });
  payerPays(prepayId);
  const { id } = state.notifier.list().find(({ about }) => about === order.orderNo)!;

  for (const tamper of [
    'body',
    'ciphertext',
    'signature',
    'timestamp',
    'serial',
    'probe',
  ] as const) {
    const { answer } = await state.notifier.sendCopy(id, tamper);
    t.equal(answer, 401, tamper);
  }

  t.match(await call(findPayment, { orderNo: order.orderNo }), { state: 'pending' });
  settings({ notificationsPaused: false });
  await until(order.orderNo, 'paid');
});

t.test(
  'a closed order is closed at WeChat as well; money that comes late goes back by itself',
  async (t) => {
    const order = anOrder();
    const { orderNo } = order;
    const { prepayId } = await call(createPrepay, order);
    const closed = await call(closePayment, { orderNo });
    t.equal(closed.state, 'closed');
    t.throws(() => payerPays(prepayId), /已关闭/);
    await t.rejects(call(createPrepay, order), { code: 'PAYMENT_ILLEGAL_TRANSITION' });

    // WeChat took the money all the same, as after a close that it forgot.
    const held = state.orders.find(MCHID, orderNo)!;
    held.state = 'NOTPAY';
    payerPays(prepayId);

    await until(orderNo, 'paid_late');
    await eventually(async () => {
      clock.advance(61_000);
      const { state: refund } = await call(findRefund, { refundNo: `late-${orderNo}` });
      if (refund !== 'succeeded') throw new Error(refund);
    });
    const [refund] = state.refunds.list().filter(({ outTradeNo }) => outTradeNo === orderNo);
    t.match(refund, { refundFen: 990, status: 'SUCCESS' });
    await eventually(() => factsAbout(orderNo).length === 2);
    t.same(factsAbout(orderNo).sort(), ['pay.lateMoneyReceived', 'pay.refundFinished']);
  },
);

t.test('paid while it is being closed is paid', async (t) => {
  const order = anOrder();
  const { orderNo } = order;
  const { prepayId } = await call(createPrepay, order);
  settings({ notificationsPaused: true });
  // The query still says unpaid; by the time of the close the buyer has paid.
  const find = state.orders.find.bind(state.orders);
  let asked = 0;
  const original = { find: state.orders.find };
  Object.assign(state.orders, {
    find: (mchid: string, number: string) => {
      const found = find(mchid, number);
      const view = found === undefined ? undefined : { ...found };
      if (number === orderNo && (asked += 1) === 1) payerPays(prepayId);
      return asked === 1 ? view : found;
    },
  });

  const closed = await call(closePayment, { orderNo });

  Object.assign(state.orders, original);
  settings({ notificationsPaused: false });
  t.equal(closed.state, 'paid');
});

t.test('wrong money is an alarm and no effect', async (t) => {
  const order = anOrder();
  const { prepayId } = await call(createPrepay, order);
  settings({ notificationsPaused: true });
  payerPays(prepayId);
  // Somebody changed what WeChat believes was asked for.
  const held = state.orders.find(MCHID, order.orderNo)!;
  Object.assign(held, { totalFen: 1 });

  const asked = await call(findPayment, { orderNo: order.orderNo, refresh: true });

  settings({ notificationsPaused: false });
  t.equal(asked.state, 'pending');
  t.ok(world.lines.some((line) => line.includes('do not fit') && line.includes('amount')));
});

t.test(
  'refunds fit into what was paid, whoever asks at once; each number is one refund',
  async (t) => {
    const order = anOrder();
    const { orderNo } = order;
    const { prepayId } = await call(createPrepay, order);
    payerPays(prepayId);
    await until(orderNo, 'paid');

    const attempts = await Promise.allSettled(
      Array.from({ length: 20 }, (_, index) =>
        call(createRefund, {
          refundNo: `R${orderNo}-${index}`,
          orderNo,
          amountFen: 300,
          reason: '不想要了',
        }),
      ),
    );
    const accepted = attempts.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));

    t.equal(accepted.length, 3, '3 × 300 of 990');
    for (const one of attempts) {
      if (one.status === 'rejected')
        t.match(one.reason, { code: 'REFUND_EXCEEDS_PAID', data: { leftFen: 90 } });
    }
    const [{ refundNo } = { refundNo: '' }] = accepted;
    const same = { refundNo, orderNo, amountFen: 300, reason: '不想要了' };
    t.equal((await call(createRefund, same)).refundNo, refundNo);
    await t.rejects(call(createRefund, { ...same, amountFen: 301 }), { code: 'REFUND_CHANGED' });
    await eventually(
      async () => {
        clock.advance(30_000);
        const states = await Promise.all(
          accepted.map(async (one) => (await call(findRefund, { refundNo: one.refundNo })).state),
        );
        if (states.some((one) => one !== 'succeeded')) throw new Error(states.join());
      },
      { withinMs: 60_000, everyMs: 500 },
    );
    const held = state.refunds.list().filter(({ outTradeNo }) => outTradeNo === orderNo);
    t.equal(
      held.reduce((sum, { refundFen }) => sum + refundFen, 0),
      900,
    );
  },
);

t.test('a refund whose answer got lost is there once', async (t) => {
  const order = anOrder();
  const { orderNo } = order;
  const { prepayId } = await call(createPrepay, order);
  payerPays(prepayId);
  await until(orderNo, 'paid');
  sandbox.state.faults.add({
    match: { method: 'POST', path: '/v3/refund/*' },
    fault: { drop: true },
    times: 1,
  });

  await call(createRefund, { refundNo: `R${orderNo}`, orderNo, amountFen: 990, reason: '' });
  await eventually(
    async () => {
      clock.advance(61_000);
      const refund = await call(findRefund, { refundNo: `R${orderNo}` });
      if (refund.state !== 'succeeded') throw new Error(refund.state);
    },
    { withinMs: 60_000, everyMs: 500 },
  );

  t.equal(state.refunds.list().filter(({ outTradeNo }) => outTradeNo === orderNo).length, 1);
});

t.test('an upstream that is down or lies is no answer', async (t) => {
  const order = anOrder();
  const { faults } = sandbox.state;
  for (const [fault, code] of [
    [{ status: 503 }, 'UPSTREAM_WECHAT_PAY_UNAVAILABLE'],
    [{ corrupt: true as const }, 'UPSTREAM_WECHAT_PAY_UNAVAILABLE'],
    [{ errcode: 'SYSTEM_ERROR' }, 'UPSTREAM_WECHAT_PAY_UNAVAILABLE'],
    [{ errcode: 'NO_AUTH' }, 'UPSTREAM_WECHAT_PAY_REJECTED'],
  ] as const) {
    faults.add({ match: { path: '/v3/pay/*' }, fault, times: 1 });
    await t.rejects(call(createPrepay, order), { code });
    faults.clear();
  }
  settings({ probeShare: 1 });
  await t.rejects(call(createPrepay, order), { code: 'UPSTREAM_WECHAT_PAY_UNAVAILABLE' });
  settings({ probeShare: 0 });

  t.ok((await call(createPrepay, order)).prepayId);
});

t.test('every exchange is in the journal, sealed, and no secret in any log line', async (t) => {
  const rows = await world.database.sql('select * from exchange_log');

  t.ok(rows.length > 50);
  const text = JSON.stringify(rows) + world.lines.join('\n');
  t.notMatch(text, /o-anna/);
  t.notMatch(text, /PRIVATE KEY/);
  for (const secret of world.secrets) t.notOk(text.includes(secret));
});
