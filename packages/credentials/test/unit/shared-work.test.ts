import t from 'tap';
import { remainingMs, runInRequest } from '@app/runtime';
import { fakeClock } from '@app/testing';
import { createSharedWork } from '../../src/shared-work.ts';

const build = () => {
  const warnings: unknown[] = [];
  const logger = { warn: (...line: unknown[]) => void warnings.push(line) };
  const clock = fakeClock();
  return { shared: createSharedWork({ logger, clock, budgetMs: 5000 }), warnings };
};

const inRequest = <R>(leftMs: number, work: () => R): R =>
  runInRequest(
    { requestId: 'request-1', locale: 'en', deadlineMs: performance.now() + leftMs },
    work,
  );

t.test('shared work has its own time, not what the first caller has left', async (t) => {
  const { shared } = build();

  const left = await inRequest(1, () => shared.join('a', () => Promise.resolve(remainingMs())));

  t.ok(Number(left) > 1000);
});

t.test('a failure reaches everybody who joined, and the next caller starts anew', async (t) => {
  const { shared } = build();
  let runs = 0;
  const work = async () => {
    runs += 1;
    await Promise.resolve();
    if (runs === 1) throw new Error('once');
    return 'done';
  };

  const both = await Promise.allSettled([shared.join('a', work), shared.join('a', work)]);

  t.strictSame(
    both.map(({ status }) => status),
    ['rejected', 'rejected'],
  );
  t.equal(await shared.join('a', work), 'done');
  t.equal(runs, 2);
});

t.test('work in the background that fails is logged, not thrown, and paced', async (t) => {
  const { shared, warnings } = build();
  let runs = 0;
  const work = () => {
    runs += 1;
    return Promise.reject(new Error('down'));
  };

  shared.kickOff('a', 60_000, work);
  await shared.settle();
  shared.kickOff('a', 60_000, work);
  await shared.settle();

  t.equal(runs, 1);
  t.equal(warnings.length, 1);
});

t.test('settling waits for work under way', async (t) => {
  const { shared } = build();
  let isDone = false;
  shared.kickOff('a', 0, async () => {
    await new Promise((resolve) => setImmediate(resolve));
    isDone = true;
  });

  await shared.settle();

  t.ok(isDone);
});
