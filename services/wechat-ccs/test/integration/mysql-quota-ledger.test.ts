import { fakeClock, type TestDatabase } from '@app/testing';
import t, { type Test } from 'tap';
import { createMysqlQuotaLedger } from '../../src/repository/repo/mysql-quota-ledger.ts';
import { quotaLedgerContract } from '../contract/quota-ledger.contract.ts';
import { migratedDatabase, openDatabase } from '../support/real-stores.ts';

/** Noon in Beijing. */
const NOON_MS = Date.UTC(2026, 10, 21, 4);
const APP = 'wx-1';

const build = async (t: Test, nodes = 1) => {
  const database = await migratedDatabase(t);
  const clock = fakeClock(NOON_MS);
  const ledgers = await Promise.all(
    Array.from({ length: nodes }, async () =>
      createMysqlQuotaLedger({ db: await openDatabase(t, database), clock }),
    ),
  );
  return { database, clock, ledgers, ledger: ledgers[0]! };
};

const usedOf = async (database: TestDatabase): Promise<number> => {
  const [row] = await database.sql('select used from api_quota');
  return Number((row as { used: number } | undefined)?.used);
};

t.test('the MySQL quotas are a quota ledger', async (t) => {
  quotaLedgerContract(t, async (t) => (await build(t)).ledger);
});

t.test('of 100 who want one of 20 on four nodes at once, 20 get it', async (t) => {
  const { ledgers, database } = await build(t, 4);

  const takes = await Promise.allSettled(
    Array.from({ length: 100 }, (_, index) => ledgers[index % 4]!.take(APP, 'forcedToken')),
  );

  t.equal(takes.filter(({ status }) => status === 'fulfilled').length, 20);
  t.equal(await usedOf(database), 20);
  t.equal(await ledgers[0]!.left(APP, 'forcedToken'), 0);
});

t.test('a refusal names the allowance and when there is a new one', async (t) => {
  const { ledger, clock } = await build(t);
  await ledger.exhaust(APP, 'forcedToken');

  await t.rejects(ledger.take(APP, 'forcedToken'), {
    code: 'WECHAT_QUOTA_EXHAUSTED',
    data: { quota: 'forcedToken', resetsAt: '2026-11-21T16:00:00.000Z' },
  });
  clock.advance(12 * 3_600_000);
  await ledger.take(APP, 'forcedToken');
  t.equal(await ledger.left(APP, 'forcedToken'), 19);
});

t.test('a node takes a block at a time, and never more than there is', async (t) => {
  const { ledgers, database } = await build(t, 2);
  const [one, two] = ledgers as [(typeof ledgers)[0], (typeof ledgers)[0]];

  await Promise.all(Array.from({ length: 100 }, () => one.take(APP, 'checkMedia')));
  t.equal(await usedOf(database), 100, 'one block of 200,000 / 2,000');
  t.equal(await one.left(APP, 'checkMedia'), 199_900);

  // All but 150 are used: a block fits once, the rest is taken one by one.
  await database.sql('update api_quota set used = 199850');
  const takes = await Promise.allSettled(
    Array.from({ length: 200 }, (_, index) => (index % 2 ? one : two).take(APP, 'checkMedia')),
  );
  t.equal(takes.filter(({ status }) => status === 'fulfilled').length, 150);
  t.equal(await usedOf(database), 200_000);
});

t.test('apps, allowances and days are counted apart; what is for ever is not reset', async (t) => {
  const { ledger, clock } = await build(t);
  await ledger.exhaust(APP, 'qrCode');
  await ledger.exhaust(APP, 'forcedToken');

  await ledger.take('wx-2', 'forcedToken');
  await ledger.take(APP, 'checkText');
  clock.advance(40 * 86_400_000);
  await ledger.take(APP, 'forcedToken');
  await t.rejects(ledger.take(APP, 'qrCode'), {
    code: 'WECHAT_QUOTA_EXHAUSTED',
    data: { quota: 'qrCode', resetsAt: null },
  });
});

t.test('what an operator had cleared is noticed within a minute', async (t) => {
  const { ledger, clock, database } = await build(t);
  await ledger.exhaust(APP, 'checkText');
  await t.rejects(ledger.take(APP, 'checkText'), { code: 'WECHAT_QUOTA_EXHAUSTED' });

  await database.sql('delete from api_quota');
  clock.advance(60_000);

  await ledger.take(APP, 'checkText');
});

t.test(
  'the usage of an app is told per allowance, with what this node holds counted as left',
  async (t) => {
    const { ledgers } = await build(t, 2);
    const [one, two] = ledgers as [(typeof ledgers)[0], (typeof ledgers)[0]];
    await one.take(APP, 'checkMedia');
    await one.exhaust(APP, 'qrCode');
    await one.exhaust('wx-2', 'link');

    const usage = new Map((await one.usage(APP)).map((entry) => [entry.quota, entry]));

    t.equal(usage.size, 10);
    t.match(usage.get('checkMedia'), { max: 200_000, left: 199_999, window: 'day' });
    t.match(usage.get('qrCode'), { left: 0, window: 'total', resetsAtMs: null });
    t.match(usage.get('link'), { left: 500_000, resetsAtMs: Date.UTC(2026, 10, 21, 16) });
    t.match(usage.get('clearQuota'), { window: 'month', resetsAtMs: Date.UTC(2026, 10, 30, 16) });
    t.equal(await two.left(APP, 'checkMedia'), 199_900, 'the block of another node is not there');
  },
);

t.test('a cleared day starts anew, here at once and elsewhere within a minute', async (t) => {
  const { ledgers, clock } = await build(t, 2);
  const [one, two] = ledgers as [(typeof ledgers)[0], (typeof ledgers)[0]];
  for (const quota of ['link', 'forcedToken', 'qrCode', 'clearQuota'] as const)
    await one.exhaust(APP, quota);
  await one.exhaust('wx-2', 'link');
  await t.rejects(two.take(APP, 'link'), { code: 'WECHAT_QUOTA_EXHAUSTED' });

  await one.clearDay(APP);

  await one.take(APP, 'link');
  await t.rejects(two.take(APP, 'link'), { code: 'WECHAT_QUOTA_EXHAUSTED' });
  clock.advance(60_000);
  await two.take(APP, 'link');
  for (const [app, quota] of [
    [APP, 'forcedToken'],
    [APP, 'qrCode'],
    [APP, 'clearQuota'],
    ['wx-2', 'link'],
  ] as const) {
    await t.rejects(one.take(app, quota), { code: 'WECHAT_QUOTA_EXHAUSTED' }, quota);
  }
});

t.test('what is given back is taken again, and never turns up in the next window', async (t) => {
  const { ledger, clock, database } = await build(t);
  await ledger.take(APP, 'clearQuota');
  ledger.giveBack(APP, 'clearQuota');
  t.equal(await ledger.left(APP, 'clearQuota'), 10);
  await ledger.take(APP, 'clearQuota');
  t.equal(await usedOf(database), 1);

  ledger.giveBack(APP, 'clearQuota');
  clock.advance(31 * 86_400_000);
  const takes = await Promise.allSettled(
    Array.from({ length: 20 }, () => ledger.take(APP, 'clearQuota')),
  );
  t.equal(takes.filter(({ status }) => status === 'fulfilled').length, 10);
});

t.test('of 40 on four nodes who want the ten clears of a month, ten get one', async (t) => {
  const { ledgers } = await build(t, 4);

  const takes = await Promise.allSettled(
    Array.from({ length: 40 }, (_, index) => ledgers[index % 4]!.take(APP, 'clearQuota')),
  );

  t.equal(takes.filter(({ status }) => status === 'fulfilled').length, 10);
});
