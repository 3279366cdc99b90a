import { stock } from '@app/contracts';
import { isError } from '@app/kernel';
import type { Caller } from '@app/runtime';
import { eventually } from '@app/testing';
import t from 'tap';
import { aSku, anOrderNo, MINUTE_MS } from '../support/builders.ts';
import { createSuite } from '../support/stock-node.ts';

const actions = stock.actions;
const suite = await createSuite(t);
const nodes = [await suite.startNode(), await suite.startNode()];
const neighbour = await suite.startNeighbour();
const admin: Caller = {
  kind: 'admin',
  adminId: '01K9ZQ4T6V8N2M3P5R7S9W1X0Y',
  marks: ['stock:read', 'stock:write'],
};
const skuIds = [aSku()];
await eventually(() => neighbour.call(actions.getAvailability, { skuIds }));

const nodeOf = (index: number): { nodeId: string } => ({ nodeId: nodes[index % 2]!.nodeId });
const set = (skuId: string, onHand: number) =>
  neighbour.call(actions.setOnHand, { skuId, onHand, reason: 'delivery' }, { caller: admin });
const stocked = async (onHand: number): Promise<string> => {
  const skuId = aSku();
  await set(skuId, onHand);
  return skuId;
};
const hold = (skuId: string, quantity = 1, expiresInMs = MINUTE_MS, index = 0) =>
  neighbour.call(
    actions.reserve,
    {
      orderNo: anOrderNo(),
      lines: [{ skuId, quantity }],
      expiresAtMs: Date.now() + expiresInMs,
    },
    nodeOf(index),
  );
const availableOf = async (skuId: string): Promise<number | undefined> =>
  (await neighbour.call(actions.getAvailability, { skuIds: [skuId] })).items[0]?.available;

t.test('what is held is no longer available, and lines of one SKU count together', async (t) => {
  const skuId = await stocked(5);

  const reservation = await neighbour.call(actions.reserve, {
    orderNo: anOrderNo(),
    lines: [
      { skuId, quantity: 1 },
      { skuId, quantity: 2 },
    ],
    expiresAtMs: Date.now() + MINUTE_MS,
  });

  t.match(reservation, { state: 'held', lines: [{ skuId, quantity: 3 }] });
  const unknown = aSku();
  t.same(await neighbour.call(actions.getAvailability, { skuIds: [unknown, skuId] }), {
    items: [
      { skuId: unknown, available: 0 },
      { skuId, available: 2 },
    ],
  });
});

t.test(
  'a journey over the bus: reserve, pay, return; the admin reads every movement',
  async (t) => {
    const skuId = await stocked(5);
    const { orderNo } = await hold(skuId, 3);

    t.match(await neighbour.call(actions.commit, { orderNo }), { outcome: 'committed' });
    const refundNo = `R${orderNo}`;
    await neighbour.call(actions.returnStock, {
      orderNo,
      refundNo,
      lines: [{ skuId, quantity: 1 }],
    });
    await neighbour.call(actions.release, { orderNo, reason: 'refunded' });

    const page = await neighbour.call(actions.listMovements, { skuId }, { caller: admin });
    t.match(page.items, [
      { kind: 'restock', onHandDelta: 2, onHandAfter: 5 },
      { kind: 'return', ref: refundNo, onHandDelta: 1 },
      { kind: 'commit', onHandDelta: -3, reservedDelta: -3 },
      { kind: 'reserve', reservedDelta: 3 },
      { kind: 'set', onHandDelta: 5, note: /^delivery \(admin / },
    ]);
    const first = await neighbour.call(actions.listStock, { limit: 1 }, { caller: admin });
    t.equal(first.items.length, 1);
    await t.rejects(neighbour.call(actions.listStock, { cursor: 'nonsense' }, { caller: admin }), {
      code: 'VALIDATION_FAILED',
      data: { errors: [{ field: 'cursor' }] },
    });
  },
);

t.test('actions refuse whom they are not meant for, and bad input by the field', async (t) => {
  const skuId = await stocked(1);
  const user: Caller = { kind: 'user', userId: skuId, sessionId: skuId };

  await t.rejects(neighbour.call(actions.setOnHand, { skuId, onHand: 9 }, { caller: user }), {
    code: 'CALLER_FORBIDDEN',
  });
  await t.rejects(hold(skuId, 0), {
    code: 'VALIDATION_FAILED',
    data: { errors: [{ field: 'lines[0].quantity' }] },
  });
});

t.test('sold out is answered from memory, yet a repeat gets its reservation', async (t) => {
  const skuId = await stocked(1);
  const command = {
    orderNo: anOrderNo(),
    lines: [{ skuId, quantity: 1 }],
    expiresAtMs: Date.now() + MINUTE_MS,
  };
  const first = await neighbour.call(actions.reserve, command, nodeOf(0));

  const crowd = await Promise.allSettled(
    Array.from({ length: 500 }, (_, i) => hold(skuId, 1, MINUTE_MS, i)),
  );
  const again = await neighbour.call(actions.reserve, command, nodeOf(0));

  const refused = crowd.filter(
    (result) => result.status === 'rejected' && isError(result.reason, 'STOCK_EXHAUSTED'),
  );
  t.equal(refused.length, 500);
  t.same(again, first);
});

t.test('stock that comes back is sold on every node within a second or so', async (t) => {
  const skuId = await stocked(1);
  const { orderNo } = await hold(skuId);
  for (const index of [0, 1]) {
    await t.rejects(hold(skuId, 1, MINUTE_MS, index), { code: 'STOCK_EXHAUSTED' });
  }

  await neighbour.call(actions.release, { orderNo, reason: 'closed' });

  const { orderNo: second } = await eventually(() => hold(skuId, 1, MINUTE_MS, 0), {
    withinMs: 5000,
  });
  await neighbour.call(actions.release, { orderNo: second, reason: 'closed' });
  await eventually(() => hold(skuId, 1, MINUTE_MS, 1), { withinMs: 5000 });
});

t.test('an unpaid reservation ends by itself, and it is told once', async (t) => {
  const told: string[] = [];
  const consumer = neighbour.facts.consume({
    consumer: 'test-expired',
    fact: stock.facts.reservationExpired.name,
    handle: ({ payload }) => {
      told.push((payload as { orderNo: string }).orderNo);
      return Promise.resolve();
    },
  });
  await consumer.start();
  t.teardown(() => consumer.stop());
  const skuId = await stocked(1);

  const { orderNo } = await hold(skuId, 1, 500);

  await eventually(async () => (await availableOf(skuId)) === 1, { withinMs: 30_000 });
  await eventually(() => told.includes(orderNo), { withinMs: 15_000 });
  t.equal(told.filter((no) => no === orderNo).length, 1);
});

t.test('the auditor finds nothing to say', async (t) => {
  const internal: Caller = { kind: 'internal' };

  t.match(await neighbour.call(actions.auditStock, {}, { caller: internal }), {
    differenceCount: 0,
  });
  t.match(await neighbour.call(actions.rebuildStock, {}, { caller: internal }), {
    differenceCount: 0,
  });
});
