import type { Test } from 'tap';
import type { Clock } from '@app/kernel';
import type { ReservationReader, StockLedger, StockReader } from '../../src/repository.ts';
import {
  aSku,
  anOrderNo,
  ids,
  MINUTE_MS,
  release,
  reserve,
  setOnHand,
} from '../support/builders.ts';

export interface StockStore {
  readonly ledger: StockLedger;
  readonly reader: StockReader;
  readonly reservations: ReservationReader;
  readonly clock: Clock;
}

/** What every store of stock promises, whatever it is made of. */
export const stockLedgerContract = async (
  t: Test,
  open: (t: Test, clock: Clock) => Promise<StockStore>,
): Promise<void> => {
  const time = { nowMs: Date.now() };
  const clock: Clock = { nowMs: () => time.nowMs };
  const { ledger, reader, reservations } = await open(t, clock);

  const stocked = async (onHand: number): Promise<string> => {
    const skuId = aSku();
    await ledger.run(setOnHand(skuId, onHand));
    return skuId;
  };
  const held = async (skuId: string, quantity: number, expiresAtMs = time.nowMs + MINUTE_MS) =>
    (await ledger.run(reserve([{ skuId, quantity }], { expiresAtMs }))).orderNo;
  const balance = async (skuId: string) => {
    const item = await reader.findItem(skuId);
    return [item?.onHand, item?.reserved];
  };
  const kinds = async (skuId: string) =>
    (await reader.listMovements(skuId, null, 100)).items.map(({ kind }) => kind).reverse();

  await t.test('all lines are held or none', async (t) => {
    const [plenty, short] = [await stocked(10), await stocked(1)];

    await t.rejects(
      ledger.run(
        reserve([
          { skuId: plenty, quantity: 2 },
          { skuId: short, quantity: 2 },
        ]),
      ),
      { code: 'STOCK_EXHAUSTED', data: { skuId: short, available: 1 } },
    );

    t.same(await balance(plenty), [10, 0]);
    t.same(await balance(short), [1, 0]);
  });

  await t.test('a SKU nobody ever stocked is sold out', async (t) => {
    await t.rejects(ledger.run(reserve([{ skuId: aSku(), quantity: 1 }])), {
      code: 'STOCK_EXHAUSTED',
    });
  });

  await t.test(
    'a repeated reservation is the first one, also when all is sold by then',
    async (t) => {
      const skuId = await stocked(3);
      const command = reserve([{ skuId, quantity: 3 }]);

      const first = await ledger.run(command);
      const again = await ledger.run({ ...command, reservationId: ids.next() });

      t.same(again, first);
      t.same(await kinds(skuId), ['set', 'reserve']);
      await t.rejects(ledger.run({ ...command, lines: [{ skuId, quantity: 2 }] }), {
        code: 'STOCK_RESERVATION_MISMATCH',
      });
    },
  );

  await t.test('a payment takes what was held, once', async (t) => {
    const skuId = await stocked(5);
    const orderNo = await held(skuId, 2);

    const answers = [
      await ledger.run({ kind: 'commit', orderNo }),
      await ledger.run({ kind: 'commit', orderNo }),
    ];

    t.same(answers[0], { outcome: 'committed' });
    t.same(answers[1], answers[0]);
    t.same(await balance(skuId), [3, 0]);
    t.same(await kinds(skuId), ['set', 'reserve', 'commit']);
    await t.rejects(ledger.run({ kind: 'commit', orderNo: anOrderNo() }), {
      code: 'STOCK_RESERVATION_NOT_FOUND',
    });
  });

  await t.test(
    'a closed order gives back what it held, once, and cannot be reserved again',
    async (t) => {
      const skuId = await stocked(5);
      const orderNo = await held(skuId, 2);

      await ledger.run(release(orderNo));
      await ledger.run(release(orderNo));

      t.same(await balance(skuId), [5, 0]);
      t.same(await kinds(skuId), ['set', 'reserve', 'release']);
      t.same(await ledger.run({ kind: 'commit', orderNo }), { outcome: 'released' });
      await t.rejects(ledger.run(reserve([{ skuId, quantity: 2 }], { orderNo })), {
        code: 'STOCK_RESERVATION_ENDED',
        data: { state: 'released' },
      });
    },
  );

  await t.test('a release that overtakes its reservation keeps it from being made', async (t) => {
    const skuId = await stocked(5);
    const orderNo = anOrderNo();

    t.same(await ledger.run(release(orderNo)), { state: 'released' });

    await t.rejects(ledger.run(reserve([{ skuId, quantity: 1 }], { orderNo })), {
      code: 'STOCK_RESERVATION_ENDED',
    });
    t.same(await balance(skuId), [5, 0]);
  });

  await t.test('a paid order is not closed; refunded before shipping it is put back', async (t) => {
    const skuId = await stocked(5);
    const orderNo = await held(skuId, 2);
    await ledger.run({ kind: 'commit', orderNo });

    await t.rejects(ledger.run(release(orderNo, 'closed')), { code: 'STOCK_ILLEGAL_TRANSITION' });
    t.same(await balance(skuId), [3, 0]);
    t.same(await ledger.run(release(orderNo, 'refunded')), { state: 'released' });
    t.same(await ledger.run(release(orderNo, 'refunded')), { state: 'released' });
    t.same(await balance(skuId), [5, 0]);
  });

  await t.test('returns count once per refund number and never beyond what was sold', async (t) => {
    const skuId = await stocked(5);
    const orderNo = await held(skuId, 3);
    const back = (refundNo: string, quantity: number, quality: 'sellable' | 'damaged') =>
      ledger.run({
        kind: 'return',
        orderNo,
        refundNo,
        lines: [{ skuId, quantity, quality }],
      });
    const [one, two] = [`R${ids.next()}`, `R${ids.next()}`];
    await t.rejects(back(one, 1, 'sellable'), { code: 'STOCK_ILLEGAL_TRANSITION' });
    await ledger.run({ kind: 'commit', orderNo });

    await back(one, 1, 'sellable');
    await back(one, 1, 'sellable');
    t.same(await balance(skuId), [3, 0]);
    await t.rejects(back(one, 2, 'sellable'), { code: 'STOCK_RESERVATION_MISMATCH' });
    await t.rejects(back(two, 3, 'sellable'), {
      code: 'STOCK_RETURN_EXCEEDS_SOLD',
      data: { left: 2 },
    });
    await back(two, 1, 'damaged');
    t.same(await balance(skuId), [3, 0], 'damaged pieces stay off the shelf');

    await ledger.run(release(orderNo, 'refunded'));
    t.same(await balance(skuId), [4, 0], 'only what had not come back is put back');
    t.same(await kinds(skuId), ['set', 'reserve', 'commit', 'return', 'returnDamaged', 'restock']);
  });

  await t.test(
    'expired stock is sellable, and an expiry that is early or late changes nothing',
    async (t) => {
      const skuId = await stocked(2);
      const orderNo = await held(skuId, 2, time.nowMs + MINUTE_MS);

      t.equal(await ledger.run({ kind: 'expire', orderNo }), false);
      t.notOk((await reservations.findDue(time.nowMs, 100)).includes(orderNo));
      time.nowMs += MINUTE_MS;
      t.ok((await reservations.findDue(time.nowMs, 100)).includes(orderNo));
      t.equal(await ledger.run({ kind: 'expire', orderNo }), true);
      t.equal(await ledger.run({ kind: 'expire', orderNo }), false);

      t.same(await balance(skuId), [2, 0]);
      t.match(await reservations.find(orderNo), { state: 'expired' });
      t.ok(await held(skuId, 2));
    },
  );

  await t.test(
    'a payment that comes after the expiry takes the stock again if it is there',
    async (t) => {
      const skuId = await stocked(2);
      const orderNo = await held(skuId, 2, time.nowMs);
      await ledger.run({ kind: 'expire', orderNo });

      t.same(await ledger.run({ kind: 'commit', orderNo }), { outcome: 'committed' });

      t.same(await balance(skuId), [0, 0]);
      t.same(await kinds(skuId), ['set', 'reserve', 'expire', 'commitLate']);
    },
  );

  await t.test('a late payment that finds nothing is told so for good', async (t) => {
    const skuId = await stocked(2);
    const orderNo = await held(skuId, 2, time.nowMs);
    await ledger.run({ kind: 'expire', orderNo });
    const other = await held(skuId, 1);

    const exhausted = { outcome: 'exhausted' };
    t.same(await ledger.run({ kind: 'commit', orderNo }), exhausted);
    await ledger.run(release(other));
    t.same(
      await ledger.run({ kind: 'commit', orderNo }),
      exhausted,
      'its money is on its way back',
    );

    t.same(await balance(skuId), [2, 0]);
    t.same(await ledger.run(release(orderNo)), { state: 'forfeited' });
  });

  await t.test(
    'setting what is on hand moves the difference and spares what is held',
    async (t) => {
      const skuId = await stocked(10);
      await held(skuId, 4);

      await t.rejects(ledger.run(setOnHand(skuId, 3)), {
        code: 'STOCK_BELOW_RESERVED',
        data: { reserved: 4 },
      });
      await t.rejects(ledger.run(setOnHand(skuId, 20, 11)), {
        code: 'STOCK_CHANGED',
        data: { onHand: 10 },
      });
      t.same(await ledger.run(setOnHand(skuId, 20, 10)), { onHand: 20, reserved: 4 });
      await ledger.run(setOnHand(skuId, 20));

      t.same(await balance(skuId), [20, 4]);
      t.same(await kinds(skuId), ['set', 'reserve', 'set']);
    },
  );

  await t.test('stock is listed by SKU and movements newest first, page by page', async (t) => {
    const skuId = await stocked(1);
    for (const onHand of [2, 3, 4]) await ledger.run(setOnHand(skuId, onHand));

    const first = await reader.listMovements(skuId, null, 3);
    const second = await reader.listMovements(skuId, first.next, 3);
    t.same(
      [...first.items, ...second.items].map(({ onHandAfter }) => onHandAfter),
      [4, 3, 2, 1],
    );
    t.equal(second.next, null);

    const seen: string[] = [];
    let after: string | null = null;
    do {
      const page = await reader.listItems(after, 4);
      seen.push(...page.items.map((item) => item.skuId));
      after = page.next;
    } while (after !== null);
    t.same(seen, [...seen].sort());
    t.ok(seen.includes(skuId));
    t.equal(new Set(seen).size, seen.length);
  });
};
