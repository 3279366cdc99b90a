import t from 'tap';
import { lateRefundNo } from '../../src/domain/refund.ts';
import { MERCHANT } from '../support/builders.ts';
import { startMachine } from '../support/pay-machine.ts';
import { anOrder, TOTAL_FEN } from '../support/pay-model.ts';

/** What WeChat Pay's checklist asks before a merchant goes live (reference: Pay, 8.2, 9 and 14). */
const machine = await startMachine(t);
const { clock, faults, pay, store, settings, alarms, runDue, usecases } = machine;
settings({ notificationsPaused: true });
const MINUTE_MS = 60_000;

const start = async (more: object = {}) => {
  const order = { ...anOrder(clock.nowMs()), ...more };
  const { prepayId } = await usecases().createPrepay(order);
  const { orderNo } = order;
  return {
    order,
    orderNo,
    prepayId,
    thumb: (outcome: 'success' | 'fail' = 'success') =>
      pay.orders.pay(pay.orders.findPrepay(prepayId)!, outcome),
    notify: (copies = 1) => machine.deliver((number) => number.includes(orderNo), copies, false),
    state: async () => (await store.payments.find(orderNo))?.state,
    held: () => pay.orders.find(MERCHANT, orderNo)!,
    facts: async () => (await store.factsOf(orderNo)).map(({ name }) => name),
    refund: (number: string, amountFen: number) =>
      usecases().createRefund({ refundNo: `${number}-${orderNo}`, orderNo, amountFen, reason: '' }),
    refundState: async (number: string) =>
      (await store.refunds.find(`${number}-${orderNo}`))?.state,
    refundsHeld: () => pay.refunds.list().filter(({ outTradeNo }) => outTradeNo === orderNo),
    exchanges: async () =>
      (
        await store.db.write
          .selectFrom('exchange_log')
          .select(['operation', 'verdict', 'reference'])
          .orderBy('id')
          .execute()
      )
        .filter(({ reference }) => reference.includes(orderNo))
        .map(({ operation }) => operation),
  };
};

const paid = async () => {
  const one = await start();
  one.thumb();
  await one.notify();
  return one;
};

const later = async (ms: number): Promise<void> => {
  clock.advance(ms);
  await runDue();
};

t.test('a notification that comes a hundred times, all at once, has one effect', async (t) => {
  const { thumb, notify, facts, state } = await start();
  thumb();

  const answers = await notify(100);

  t.ok(
    answers.every(({ isAccepted }) => isAccepted),
    'each within five seconds',
  );
  t.equal(await state(), 'paid');
  t.same(await facts(), ['pay.paymentSucceeded']);
});

t.test('news in the wrong order come to the same end', async (t) => {
  const one = await start();
  one.thumb();
  await usecases().findPayment({ orderNo: one.orderNo, refresh: true });
  await one.refund('R', TOTAL_FEN);
  await later(1000);
  await later(2 * MINUTE_MS);
  t.equal(await one.refundState('R'), 'succeeded');

  const answers = await one.notify(3);

  t.ok(
    answers.every(({ isAccepted }) => isAccepted),
    'the payment is told after its refund',
  );
  t.equal(await one.state(), 'paid');
  t.same(await one.facts(), ['pay.paymentSucceeded', 'pay.refundFinished']);
});

t.test(
  'half of the notifications by public key, half by certificate: all are accepted',
  async (t) => {
    for (const notifyKey of ['certificate', 'public_key'] as const) {
      settings({ notifyKey, notifyOtherKeyShare: 0.5 });
      for (let count = 0; count < 10; count += 1) {
        const { thumb, notify, state } = await start();
        thumb();
        const answers = await notify(4);
        t.ok(answers.every(({ isAccepted }) => isAccepted));
        t.equal(await state(), 'paid');
      }
    }
    settings({ notifyKey: 'certificate', notifyOtherKeyShare: 0 });
  },
);

t.test('a new certificate is learned from the first message that it signs', async (t) => {
  const { thumb, notify, state } = await start();
  clock.advance(MINUTE_MS);
  pay.rotateCertificate(MERCHANT);
  thumb();

  const [answer] = await notify();

  t.equal(answer?.isAccepted, true);
  t.equal(await state(), 'paid');
});

t.test('amount, app and payer are compared with what was ordered', async (t) => {
  for (const wrong of [{ totalFen: 1 }, { appid: 'wx2' }, { openid: 'o-bert' }]) {
    const { thumb, notify, state, held, facts } = await start();
    Object.assign(held(), wrong);
    alarms.length = 0;
    thumb();
    await notify();
    t.equal(await state(), 'pending', JSON.stringify(wrong));
    t.match(alarms, [/^mismatch (amount|app|payer)$/], JSON.stringify(wrong));
    t.same(await facts(), []);
  }
  alarms.length = 0;
});

t.test(
  'what the front end says proves nothing: only a notification or an answer does',
  async (t) => {
    const { thumb, state, orderNo } = await start();
    thumb('fail');
    const failed = await usecases().findPayment({ orderNo, refresh: true });
    thumb();

    t.equal(failed.state, 'pending');
    t.equal((await usecases().findPayment({ orderNo })).state, 'pending', 'nobody has told us');
    t.equal((await usecases().findPayment({ orderNo, refresh: true })).state, 'paid');
    t.equal(await state(), 'paid');
  },
);

t.test(
  'an order number with other values is refused here, and never guessed at WeChat',
  async (t) => {
    const { order, orderNo, held } = await start();
    await t.rejects(usecases().createPrepay({ ...order, totalFen: 1 }), {
      code: 'PAYMENT_CHANGED',
    });

    for (const changedReentry of ['INVALID_REQUEST', 'OUT_TRADE_NO_USED'] as const) {
      settings({ changedReentry });
      Object.assign(held(), { fingerprint: 'other values' });
      await store.payments.update(orderNo, (one) => ({ next: { ...one, prepay: null } }));
      await t.rejects(usecases().createPrepay(order), { code: 'UPSTREAM_WECHAT_PAY_REJECTED' });
    }
    settings({ changedReentry: 'INVALID_REQUEST' });
    t.equal(held().totalFen, TOTAL_FEN);
  },
);

t.test('SYSTEM_ERROR and lost answers are repeated with the same values: one order', async (t) => {
  const order = anOrder(clock.nowMs());
  for (const fault of [
    { errcode: 'SYSTEM_ERROR' },
    { drop: true },
    { errcode: 'BANK_ERROR', when: 'after' as const },
  ]) {
    faults.add({ match: { path: '/v3/pay/*' }, fault, times: 1 });
    await t.rejects(usecases().createPrepay(order), { code: 'UPSTREAM_WECHAT_PAY_UNAVAILABLE' });
  }

  const { prepayId } = await usecases().createPrepay(order);

  t.ok(prepayId);
  t.equal(pay.orders.list().filter(({ outTradeNo }) => outTradeNo === order.orderNo).length, 1);
});

t.test('a prepay_id is renewed before its two hours are over, for the same order', async (t) => {
  const { order, prepayId } = await start({ expiresAtMs: clock.nowMs() + 180 * MINUTE_MS });
  clock.advance(109 * MINUTE_MS);
  t.equal((await usecases().createPrepay(order)).prepayId, prepayId);
  clock.advance(MINUTE_MS);

  t.not((await usecases().createPrepay(order)).prepayId, prepayId);
});

t.test('a closed order cannot be paid, neither here nor at WeChat', async (t) => {
  const { order, orderNo, thumb, state } = await start();

  t.equal((await usecases().closePayment({ orderNo })).state, 'closed');

  t.throws(() => thumb(), /已关闭/);
  await t.rejects(usecases().createPrepay(order), { code: 'PAYMENT_ILLEGAL_TRANSITION' });
  t.equal((await usecases().closePayment({ orderNo })).state, 'closed', 'closing is repeatable');
  t.equal(await state(), 'closed');
});

t.test('a paid order is not closed, in both spellings of WeChat', async (t) => {
  for (const spelling of ['usual', 'other'] as const) {
    settings({ spelling });
    const { orderNo, thumb } = await start();
    thumb();
    t.equal((await usecases().closePayment({ orderNo })).state, 'paid', spelling);
  }
  settings({ spelling: 'usual' });
});

t.test('an answer without a genuine signature is no answer', async (t) => {
  const { orderNo, thumb, state } = await start();
  thumb();
  settings({ probeShare: 1 });

  t.equal((await usecases().findPayment({ orderNo, refresh: true })).state, 'pending');
  await t.rejects(usecases().closePayment({ orderNo }), {
    code: 'UPSTREAM_WECHAT_PAY_UNAVAILABLE',
  });

  settings({ probeShare: 0 });
  t.equal(await state(), 'pending');
  await later(6000);
  t.equal(await state(), 'paid', 'asked again later');
});

t.test('a probe among the notifications is refused and the next copy is believed', async (t) => {
  const { thumb, notify, state } = await start();
  thumb();
  settings({ probeShare: 1 });
  const [probe] = await notify();
  settings({ probeShare: 0 });
  const [genuine] = await notify();

  t.equal(probe?.isAccepted, false);
  t.equal(genuine?.isAccepted, true);
  t.equal(await state(), 'paid');
});

t.test('one refund number is one refund, however often it is asked for', async (t) => {
  const one = await paid();

  await Promise.all(Array.from({ length: 10 }, () => one.refund('R', 300)));
  await t.rejects(one.refund('R', 301), { code: 'REFUND_CHANGED' });
  await Promise.all(Array.from({ length: 5 }, () => runDue()));

  t.match(one.refundsHeld(), [{ refundFen: 300 }]);
  t.equal(one.refundsHeld().length, 1);
});

t.test('a refund whose result is unknown is asked about before it is sent again', async (t) => {
  for (const unknown of ['drop', '429', '500'] as const) {
    const one = await paid();
    const before = (await one.exchanges()).length;
    if (unknown === '429') settings({ refundLimitedButAccepted: true });
    else
      faults.add({
        match: { method: 'POST', path: '/v3/refund/*' },
        fault: unknown === 'drop' ? { drop: true } : { errcode: 'SYSTEM_ERROR', when: 'after' },
        times: 1,
      });

    await one.refund('R', 300);
    await runDue();
    settings({ refundLimitedButAccepted: false });
    t.equal(await one.refundState('R'), 'requested', unknown);
    await later(3 * MINUTE_MS);

    t.same((await one.exchanges()).slice(before), ['refund-query', 'refund', 'refund-query']);
    t.equal(await one.refundState('R'), 'succeeded', unknown);
    t.equal(one.refundsHeld().length, 1, unknown);
  }
});

t.test('accepted is not refunded: the end is told by notification or query', async (t) => {
  settings({ refundDelayMs: 10 * MINUTE_MS });
  const one = await paid();
  await one.refund('R', 300);
  await runDue();
  t.equal(await one.refundState('R'), 'processing');
  clock.advance(11 * MINUTE_MS);
  one.refundsHeld();

  await one.notify(3);

  settings({ refundDelayMs: 1000 });
  t.equal(await one.refundState('R'), 'succeeded');
  t.same(await one.facts(), ['pay.paymentSucceeded', 'pay.refundFinished']);
});

t.test('two refunds of one order are a minute apart, and both arrive', async (t) => {
  const one = await paid();
  await one.refund('R1', 300);
  await one.refund('R2', 300);
  await runDue();
  t.equal(one.refundsHeld().length, 1, 'the second waits');

  await later(61_000);
  t.equal(one.refundsHeld().length, 2);
});

t.test('a balance that is too low puts a refund off, with the same number', async (t) => {
  const one = await paid();
  settings({ balanceFen: 0 });
  await one.refund('R', 300);
  await runDue();
  t.equal(one.refundsHeld().length, 0);
  settings({ balanceFen: null });

  await later(31 * MINUTE_MS);
  await later(2 * MINUTE_MS);

  t.equal(await one.refundState('R'), 'succeeded');
});

t.test('a refund that the account does not take calls somebody, once', async (t) => {
  settings({ refundResult: 'ABNORMAL' });
  alarms.length = 0;
  const one = await paid();
  await one.refund('R', 300);
  await runDue();
  await later(2 * MINUTE_MS);
  await one.notify(3);
  settings({ refundResult: 'SUCCESS' });

  t.equal(await one.refundState('R'), 'abnormal');
  t.same(alarms.splice(0), ['abnormal refund']);
});

t.test(
  'late money whose refund WeChat gives up calls somebody, who can give it back',
  async (t) => {
    const one = await start();
    await usecases().closePayment({ orderNo: one.orderNo });
    one.held().state = 'NOTPAY';
    one.thumb();
    await one.notify();
    settings({ refundResult: 'CLOSED' });
    await runDue();
    await later(2 * MINUTE_MS);
    settings({ refundResult: 'SUCCESS' });
    t.equal((await store.refunds.find(lateRefundNo(one.orderNo)))?.state, 'closed');
    t.same(alarms.splice(0), ['abnormal refund']);

    await one.refund('again', TOTAL_FEN);
    await later(2 * MINUTE_MS);
    await later(2 * MINUTE_MS);

    t.equal(await one.refundState('again'), 'succeeded');
    await t.rejects(one.refund('more', 1), { code: 'REFUND_EXCEEDS_PAID' });
  },
);
