import { DomainError } from '@app/kernel';
import t from 'tap';
import { ship } from '../../../src/domain/order.ts';
import { requestRefund } from '../../../src/domain/refund.ts';
import { settlePayment } from '../../../src/domain/settle-payment.ts';
import { createRunFollowUps } from '../../../src/usecase/run-follow-ups.ts';
import { anOrderChange, aPayment, NOON_MS } from '../../support/builders.ts';
import { createMemoryStore } from '../../support/memory-store.ts';

const refusal = (code: string) => new DomainError(code, 'conflict');

const build = async () => {
  const store = createMemoryStore();
  const { next: order } = anOrderChange();
  await store.orders.insert(anOrderChange());
  await store.orders.insert({ next: order, facts: [], followUps: [] });
  const { orderNo } = order;
  await store.orders.update(orderNo, (current) =>
    settlePayment(current, aPayment(current), { nowMs: NOON_MS, lateRefundNo: 'Rlate' }),
  );
  const failures = new Map<string, Error>();
  const told: string[] = [];
  const alarms: string[] = [];
  const tell = (what: string): Promise<void> => {
    told.push(what);
    const failure = failures.get(what);
    return failure === undefined ? Promise.resolve() : Promise.reject(failure);
  };
  const time = { nowMs: NOON_MS };
  const run = createRunFollowUps({
    ...{ orders: store.orders, followUps: store.followUps, clock: { nowMs: () => time.nowMs } },
    stock: {
      commit: () => tell('commit').then(() => 'committed'),
      release: () => tell('release'),
      returnPieces: () => tell('return'),
    },
    payments: {
      close: () => tell('close').then(() => ({ kind: 'closed' })),
      createRefund: () => tell('refund'),
    },
    shipping: { upload: () => tell('upload') },
    jobs: { followUp: (_, turn, delayMs) => told.push(`again ${turn} in ${delayMs}`) },
    alarms: {
      followUpRefused: (_, kind) => alarms.push(`refused ${kind}`),
      followUpStuck: (_, kind) => alarms.push(`stuck ${kind}`),
      abnormalRefund: () => alarms.push('abnormal'),
      dueFailed: () => alarms.push('due'),
    },
  });
  return { ...store, order, orderNo, failures, told, alarms, time, run };
};

t.test('what is told goes, and nothing is told twice', async (t) => {
  const { run, order, told } = await build();

  await run({ orderId: order.id, lane: 'stock' });
  await run({ orderId: order.id, lane: 'stock' });

  t.same(told, ['commit']);
});

t.test('a neighbour that is down is told later, and an hour of it wakes somebody', async (t) => {
  const { run, order, told, failures, time, alarms } = await build();
  failures.set('commit', new DomainError('SERVICE_UNAVAILABLE', 'unavailable'));

  await run({ orderId: order.id, lane: 'stock' });
  t.same(told, ['commit', 'again 1 in 500']);
  await run({ orderId: order.id, lane: 'stock' });
  t.same(told.length, 2, 'not before its time');
  for (let tries = 1; tries < 60; tries += 1) {
    time.nowMs += 60_000;
    await run({ orderId: order.id, lane: 'stock' });
  }

  t.same(alarms, ['stuck commitStock']);
  t.equal(told.at(-1), 'again 60 in 60000');
});

t.test(
  'a refund that pay refuses for good fails, is called out, and frees its amount',
  async (t) => {
    const { run, orders, order, orderNo, failures, alarms } = await build();
    await orders.update(orderNo, (current) =>
      requestRefund(current, { refundNo: 'R1', amountFen: 400, reason: '退' }, NOON_MS),
    );
    failures.set('refund', refusal('REFUND_EXCEEDS_PAID'));

    await run({ orderId: order.id, lane: 'pay' });

    t.same(alarms, ['refused createRefund']);
    t.match(await orders.find(orderNo), { status: 'paid', refunds: [{ status: 'failed' }] });
  },
);

t.test('information that WeChat has completely already counts as accepted', async (t) => {
  for (const [code, expected] of [
    ['WECHAT_SHIPPING_DONE', []],
    ['WECHAT_SHIPPING_INVALID', ['refused uploadShipping']],
  ] as const) {
    const { run, orders, order, orderNo, failures, alarms, followUps } = await build();
    await orders.update(orderNo, (current) =>
      ship(current, { carrier: 'SF', trackingNo: 'SF1' }, { nowMs: NOON_MS, confirmAfterMs: 1 }),
    );
    failures.set('upload', refusal(code));

    await run({ orderId: order.id, lane: 'wechat' });

    t.same(alarms, expected, code);
    t.equal(await followUps.first(order.id, 'wechat'), undefined);
  }
});
