import t from 'tap';
import { createMysqlForceMarks } from '../../src/repository/repo/mysql-force-marks.ts';
import { createMemoryForceMarks } from '../support/memory-stores.ts';
import { migratedDatabase, openDatabase } from '../support/real-stores.ts';

const NOON_MS = Date.UTC(2026, 10, 21, 4);
const INTERVAL = { intervalMs: 35_000 };

const database = await migratedDatabase(t);
const nodes = await Promise.all(
  [1, 2, 3].map(async () => createMysqlForceMarks(await openDatabase(t, database))),
);

for (const [name, marks] of [
  ['MySQL', nodes[0]!],
  ['memory', createMemoryForceMarks()],
] as const) {
  t.test(`marks in ${name} let one force through per interval and app`, async (t) => {
    const app = `wx-${name}`;
    const claim = (nowMs: number, appId = app) => marks.claim(appId, { nowMs, ...INTERVAL });

    t.strictSame(await claim(NOON_MS), { isClaimed: true });
    t.strictSame(await claim(NOON_MS + 34_999), { isClaimed: false, lastAtMs: NOON_MS });
    t.strictSame(await claim(NOON_MS + 34_999, `${app}-2`), { isClaimed: true });
    t.strictSame(await claim(NOON_MS + 35_000), { isClaimed: true });
    t.strictSame(await claim(NOON_MS + 36_000), {
      isClaimed: false,
      lastAtMs: NOON_MS + 35_000,
    });
  });
}

t.test('of 30 who force at once on three nodes one may, first and later', async (t) => {
  for (const nowMs of [NOON_MS, NOON_MS + 35_000]) {
    const claims = await Promise.all(
      Array.from({ length: 30 }, (_, index) =>
        nodes[index % 3]!.claim('wx-race', { nowMs, ...INTERVAL }),
      ),
    );

    t.equal(claims.filter(({ isClaimed }) => isClaimed).length, 1);
  }
});
