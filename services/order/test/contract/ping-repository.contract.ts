import type { Test } from 'tap';
import type { PingRepository } from '../../src/repository.ts';

/** What every PingRepository promises, the fake and the real one. */
export const pingRepositoryContract = async (
  t: Test,
  create: () => PingRepository,
): Promise<void> => {
  await t.test('each call counts one further', async (t) => {
    const pings = create();

    t.equal(await pings.increment('counted'), 1);
    t.equal(await pings.increment('counted'), 2);
  });

  await t.test('names are counted apart', async (t) => {
    const pings = create();

    await pings.increment('one');

    t.equal(await pings.increment('another'), 1);
  });

  await t.test('20 parallel calls count to 20, each number once', async (t) => {
    const pings = create();

    const counts = await Promise.all(Array.from({ length: 20 }, () => pings.increment('raced')));

    t.same(
      counts.sort((a, b) => a - b),
      Array.from({ length: 20 }, (_, index) => index + 1),
    );
  });
};
