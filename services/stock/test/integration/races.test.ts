import fc from 'fast-check';
import { isError } from '@app/kernel';
import t from 'tap';
import { aSku, anOrderNo, ids, release, reserve, setOnHand } from '../support/builders.ts';
import { auditAll, createMysqlStore, migratedDatabase } from '../support/stock-store.ts';

const database = await migratedDatabase(t);
const nodes = [await createMysqlStore(t, database), await createMysqlStore(t, database)] as const;
const [one] = nodes;
const nodeOf = (index: number) => nodes[index % 2 === 0 ? 0 : 1];

t.test('64 random orders at once over five SKUs: none is lost, the sums are right', async (t) => {
  const skuIds = Array.from({ length: 5 }, aSku);
  for (const skuId of skuIds) await one.ledger.run(setOnHand(skuId, 1_000_000));
  // Lines in any order: locking in the order of the lines would deadlock here.
  const order = fc
    .uniqueArray(fc.nat(4), { minLength: 1, maxLength: 5 })
    .chain((skus) =>
      fc.tuple(
        ...skus.map((sku) =>
          fc.record({ skuId: fc.constant(skuIds[sku]!), quantity: fc.integer({ min: 1, max: 9 }) }),
        ),
      ),
    );
  const sold = new Map(skuIds.map((skuId) => [skuId, 0]));

  await fc.assert(
    fc.asyncProperty(fc.array(order, { minLength: 64, maxLength: 64 }), async (orders) => {
      const results = await Promise.all(
        orders.map((lines, i) => nodeOf(i).ledger.run(reserve(lines))),
      );
      for (const { lines } of results) {
        for (const { skuId, quantity } of lines) sold.set(skuId, sold.get(skuId)! + quantity);
      }
    }),
    { numRuns: 10 },
  );

  for (const skuId of skuIds) {
    t.match(await one.reader.findItem(skuId), { onHand: 1_000_000, reserved: sold.get(skuId) });
  }
  t.same(await auditAll(one.auditor), []);
});

t.test('twenty who want the last piece: one gets it', async (t) => {
  const skuId = aSku();
  await one.ledger.run(setOnHand(skuId, 1));

  const results = await Promise.allSettled(
    Array.from({ length: 20 }, (_, i) => nodeOf(i).ledger.run(reserve([{ skuId, quantity: 1 }]))),
  );

  t.equal(results.filter(({ status }) => status === 'fulfilled').length, 1);
});

t.test('the same order number at once on two nodes is one reservation', async (t) => {
  const skuId = aSku();
  await one.ledger.run(setOnHand(skuId, 100));
  const command = reserve([{ skuId, quantity: 1 }]);

  const all = await Promise.all(
    Array.from({ length: 20 }, (_, i) =>
      nodeOf(i).ledger.run({ ...command, reservationId: ids.next() }),
    ),
  );

  t.equal(new Set(all.map(({ id }) => id)).size, 1);
  t.match(await one.reader.findItem(skuId), { reserved: 1 });
});

t.test('a reservation and its release that cross leave nothing held', async (t) => {
  const skuId = aSku();
  await one.ledger.run(setOnHand(skuId, 100));

  await Promise.all(
    Array.from({ length: 30 }, async () => {
      const orderNo = anOrderNo();
      await Promise.all([
        nodes[0].ledger
          .run(reserve([{ skuId, quantity: 1 }], { orderNo }))
          .catch((error: unknown) => {
            if (!isError(error, 'STOCK_RESERVATION_ENDED')) throw error;
          }),
        nodes[1].ledger.run(release(orderNo)),
      ]);
    }),
  );

  t.match(await one.reader.findItem(skuId), { onHand: 100, reserved: 0 });
  t.same(await auditAll(one.auditor), []);
});

t.test('commit, release and expiry of one order at once: one of them wins', async (t) => {
  const skuId = aSku();
  await one.ledger.run(setOnHand(skuId, 50));

  const states = await Promise.all(
    Array.from({ length: 30 }, async () => {
      const { orderNo } = await one.ledger.run(
        reserve([{ skuId, quantity: 1 }], { expiresAtMs: Date.now() - 1 }),
      );
      await Promise.all([
        nodes[0].ledger.run({ kind: 'commit', orderNo }),
        nodes[1].ledger.run(release(orderNo)).catch((error: unknown) => {
          if (!isError(error, 'STOCK_ILLEGAL_TRANSITION')) throw error;
        }),
        nodes[1].ledger.run({ kind: 'expire', orderNo }),
      ]);
      return (await one.reservations.find(orderNo))?.state;
    }),
  );

  const committed = states.filter((state) => state === 'committed').length;
  t.equal(states.filter((state) => state === 'released').length, states.length - committed);
  t.match(await one.reader.findItem(skuId), { onHand: 50 - committed, reserved: 0 });
  t.same(await auditAll(one.auditor), []);
});

t.test('operators who set stock while it is sold lose no sale', async (t) => {
  const skuId = aSku();
  await one.ledger.run(setOnHand(skuId, 500));

  const sales = await Promise.all([
    ...Array.from({ length: 100 }, async (_, i) => {
      const { orderNo } = await nodeOf(i).ledger.run(reserve([{ skuId, quantity: 1 }]));
      await nodeOf(i + 1).ledger.run({ kind: 'commit', orderNo });
    }),
    ...Array.from({ length: 10 }, async (_, i) => {
      // What a careful operator does: says what he saw, and looks again when it has changed.
      for (;;) {
        const seen = (await one.reader.findItem(skuId))!.onHand;
        try {
          await nodeOf(i).ledger.run(setOnHand(skuId, seen + 10, seen));
          return;
        } catch (error) {
          if (!isError(error, 'STOCK_CHANGED')) throw error;
        }
      }
    }),
  ]);

  t.equal(sales.length, 110);
  t.match(await one.reader.findItem(skuId), { onHand: 500 + 100 - 100, reserved: 0 });
  t.same(await auditAll(one.auditor), []);
});
