import t from 'tap';
import { createWaker, inBatches } from '../../src/loop.ts';

t.test('a poke ends a wait, and one that came before it as well', async (t) => {
  const waker = createWaker();
  const startedMs = performance.now();

  const waiting = waker.wait(60_000);
  waker.poke();
  await waiting;
  waker.poke();
  await waker.wait(60_000);

  t.ok(performance.now() - startedMs < 1_000);
});

t.test('a poke counts once', async (t) => {
  const waker = createWaker();
  waker.poke();
  waker.poke();
  await waker.wait(60_000);
  const startedMs = performance.now();

  await waker.wait(50);

  t.ok(performance.now() - startedMs >= 45);
});

t.test('batches end with the first that is not full, and at their maximum', async (t) => {
  const batches = [10, 10, 3, 10];
  t.equal(await inBatches(() => Promise.resolve(batches.shift() ?? 0), { batch: 10 }), 23);
  t.equal(await inBatches((limit) => Promise.resolve(limit), { batch: 10, batchesMax: 3 }), 30);
});
