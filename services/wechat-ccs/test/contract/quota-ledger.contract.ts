import type { Test } from 'tap';
import type { QuotaLedger } from '../../src/repository.ts';

const APP = 'wx-1';

/** What every `QuotaLedger` promises. Each call of `create` gives an unused one. */
export const quotaLedgerContract = (
  t: Test,
  create: (t: Test) => Promise<QuotaLedger> | QuotaLedger,
): void => {
  const exhausted = { code: 'WECHAT_QUOTA_EXHAUSTED', kind: 'exhausted' } as const;

  void t.test('exactly as many calls as there are can be taken', async (t) => {
    const ledger = await create(t);
    for (let used = 0; used < 20; used += 1) await ledger.take(APP, 'forcedToken');

    await t.rejects(ledger.take(APP, 'forcedToken'), {
      ...exhausted,
      data: { quota: 'forcedToken' },
    });
    t.equal(await ledger.left(APP, 'forcedToken'), 0);
    await ledger.take('wx-2', 'forcedToken');
    t.equal(await ledger.left(APP, 'clearQuota'), 10, 'others are counted apart');
  });

  void t.test('what is given back can be taken again', async (t) => {
    const ledger = await create(t);
    await ledger.take(APP, 'qrCode');
    t.equal(await ledger.left(APP, 'qrCode'), 99_999);

    ledger.giveBack(APP, 'qrCode');

    t.equal(await ledger.left(APP, 'qrCode'), 100_000);
  });

  void t.test('what WeChat says is used up is used up', async (t) => {
    const ledger = await create(t);
    await ledger.take(APP, 'link');

    await ledger.exhaust(APP, 'link');

    await t.rejects(ledger.take(APP, 'link'), exhausted);
    t.equal(await ledger.left(APP, 'link'), 0);
  });

  void t.test('a cleared day brings back its calls, not what is of other kinds', async (t) => {
    const ledger = await create(t);
    for (const quota of ['link', 'checkText', 'forcedToken', 'clearQuota', 'qrCode'] as const) {
      await ledger.exhaust(APP, quota);
      await ledger.exhaust('wx-2', quota);
    }

    await ledger.clearDay(APP);

    const left = Object.fromEntries(
      (await ledger.usage(APP)).map((entry) => [entry.quota, entry.left]),
    );
    t.match(left, {
      link: 500_000,
      checkText: 2_000_000,
      forcedToken: 0,
      clearQuota: 0,
      qrCode: 0,
    });
    t.equal(await ledger.left('wx-2', 'link'), 0);
  });
};
