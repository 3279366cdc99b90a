import type { Test } from 'tap';
import type { UploadTimes } from '../../src/repository.ts';
import { NOON_MS } from '../support/build-deps.ts';

/** What every `UploadTimes` promises. Each call of `create` gives an empty one. */
export const uploadTimesContract = (
  t: Test,
  create: (t: Test) => Promise<UploadTimes> | UploadTimes,
): void => {
  const payment = { transactionId: '4200001' };

  void t.test('times of one payment only grow, whatever the clock says', async (t) => {
    const times = await create(t);

    t.equal(await times.next('wx-1', payment, NOON_MS), NOON_MS);
    t.equal(await times.next('wx-1', payment, NOON_MS), NOON_MS + 1);
    t.equal(await times.next('wx-1', payment, NOON_MS - 60_000), NOON_MS + 2);
    t.equal(await times.next('wx-1', payment, NOON_MS + 60_000), NOON_MS + 60_000);
  });

  void t.test('20 at once get 20 times', async (t) => {
    const times = await create(t);

    const given = await Promise.all(
      Array.from({ length: 20 }, () => times.next('wx-1', payment, NOON_MS)),
    );

    t.equal(new Set(given).size, 20);
  });

  void t.test('payments and apps are told apart', async (t) => {
    const times = await create(t);
    await times.next('wx-1', payment, NOON_MS);

    const byMerchant = { mchId: '42', outTradeNo: '00001' };
    t.equal(await times.next('wx-1', byMerchant, NOON_MS), NOON_MS);
    t.equal(await times.next('wx-2', payment, NOON_MS), NOON_MS);
    const longest = { mchId: 'm'.repeat(64), outTradeNo: 'o'.repeat(64) };
    t.equal(await times.next('wx-1', longest, NOON_MS), NOON_MS);
  });

  void t.test('old payments are forgotten, a few at a time', async (t) => {
    const times = await create(t);
    for (const id of ['1', '2', '3']) {
      await times.next('wx-1', { transactionId: id }, NOON_MS + Number(id));
    }

    t.equal(await times.purge(NOON_MS + 3, 1), 1);
    t.equal(await times.purge(NOON_MS + 3, 10), 1);
    t.equal(await times.next('wx-1', { transactionId: '3' }, NOON_MS), NOON_MS + 4);
  });
};
