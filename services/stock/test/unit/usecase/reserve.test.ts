import t from 'tap';
import { createShortageMemory } from '../../../src/repository/cache/shortage-memory.ts';
import { createReserve } from '../../../src/usecase/reserve.ts';
import {
  anOrderNo,
  aSku,
  ids,
  MINUTE_MS,
  NOON_MS,
  release,
  setOnHand,
} from '../../support/builders.ts';
import { createMemoryStock } from '../../support/memory-stock.ts';

const build = () => {
  const time = { nowMs: NOON_MS };
  const clock = { nowMs: () => time.nowMs };
  const store = createMemoryStock(clock);
  const scheduled: number[] = [];
  const reserve = createReserve({
    ...store,
    shortages: createShortageMemory(clock),
    expiry: { schedule: (atMs) => void scheduled.push(atMs) },
    ids,
  });
  const buy = (skuId: string, quantity: number, orderNo = anOrderNo()) =>
    reserve({ orderNo, lines: [{ skuId, quantity }], expiresAtMs: NOON_MS + MINUTE_MS });
  return { ...store, time, scheduled, reserve, buy };
};

t.test('a reservation is looked at when it ends', async (t) => {
  const { ledger, buy, scheduled } = build();
  const skuId = aSku();
  await ledger.run(setOnHand(skuId, 1));

  t.match(await buy(skuId, 1), { state: 'held', lines: [{ skuId, quantity: 1 }] });

  t.same(scheduled, [NOON_MS + MINUTE_MS]);
});

t.test('the second who is refused costs no look at the row', async (t) => {
  const { ledger, ran, buy, time } = build();
  const skuId = aSku();
  await ledger.run(setOnHand(skuId, 1));
  await t.rejects(buy(skuId, 2), { code: 'STOCK_EXHAUSTED', data: { skuId, available: 1 } });
  const before = ran.length;

  await t.rejects(buy(skuId, 2), { code: 'STOCK_EXHAUSTED', data: { skuId, available: 1 } });
  t.equal(ran.length, before);
  t.ok(await buy(skuId, 1), 'fewer are still to be had');

  time.nowMs += 1000;
  await t.rejects(buy(skuId, 2), { code: 'STOCK_EXHAUSTED', data: { available: 0 } });
  t.equal(ran.length, before + 2, 'a second later the row is asked again');
});

t.test('a repeat gets its reservation although the SKU is known to be gone', async (t) => {
  const { ledger, buy } = build();
  const skuId = aSku();
  await ledger.run(setOnHand(skuId, 1));
  const orderNo = anOrderNo();
  const first = await buy(skuId, 1, orderNo);
  await t.rejects(buy(skuId, 1), { code: 'STOCK_EXHAUSTED' });

  t.same(await buy(skuId, 1, orderNo), first);

  await ledger.run(release(orderNo));
  await t.rejects(buy(skuId, 1, orderNo), { code: 'STOCK_RESERVATION_ENDED' });
});
