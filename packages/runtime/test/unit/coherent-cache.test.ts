import t from 'tap';
import { createCoherentCache } from '../../src/index.ts';

const gate = <T>() => {
  let open: (value: T) => void = () => undefined;
  const promise = new Promise<T>((resolve) => {
    open = resolve;
  });
  return { promise, open };
};

t.test('callers at the same time share one load', async (t) => {
  let loads = 0;
  const cache = createCoherentCache<string, number>({
    max: 10,
    ttlMs: 1000,
    load: async () => ++loads,
  });

  const values = await Promise.all(Array.from({ length: 20 }, () => cache.get('a')));
  values.push(await cache.get('a'));

  t.same(new Set(values), new Set([1]));
});

t.test('a load that raced an invalidation is not kept', async (t) => {
  const gates = [gate<string>(), gate<string>()];
  let loads = 0;
  const cache = createCoherentCache<string, string>({
    max: 10,
    ttlMs: 1000,
    load: () => gates[loads++]?.promise ?? Promise.resolve('third'),
  });

  const first = cache.get('a');
  await Promise.resolve();
  cache.invalidate('a');
  const second = cache.get('a');
  await Promise.resolve();
  gates[1]?.open('new');
  gates[0]?.open('old');

  t.equal(await first, 'old', 'who asked before gets what was true then');
  t.equal(await second, 'new');
  t.equal(await cache.get('a'), 'new', 'the late old value did not replace it');
});

t.test('a failure is passed on and not remembered', async (t) => {
  let loads = 0;
  const cache = createCoherentCache<string, string>({
    max: 10,
    ttlMs: 1000,
    load: () => (++loads === 1 ? Promise.reject(new Error('down')) : Promise.resolve('up')),
  });

  await t.rejects(cache.get('a'), { message: 'down' });

  t.equal(await cache.get('a'), 'up');
});

t.test('it keeps no more than it may, and an undefined value counts as a value', async (t) => {
  let loads = 0;
  const cache = createCoherentCache<number, undefined>({
    max: 2,
    ttlMs: 1000,
    load: async () => {
      loads += 1;
      return undefined;
    },
  });

  for (const key of [1, 2, 3, 3, 2]) await cache.get(key);
  t.equal(loads, 3);
  await cache.get(1);
  t.equal(loads, 4);
  cache.clear();
  await cache.get(1);
  t.equal(loads, 5);
});
