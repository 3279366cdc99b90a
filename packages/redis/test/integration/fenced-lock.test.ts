import { eventually, startRedis, uniqueName } from '@app/testing';
import t from 'tap';
import { createFencedLock } from '../../src/index.ts';
import { connect, freeze } from '../support/redis.ts';

t.test('of 20 contenders exactly one gets the lock', async (t) => {
  const redis = await connect(t);
  const lock = createFencedLock(redis, uniqueName('race', '-'));

  const leases = await Promise.all(
    Array.from({ length: 20 }, () => lock.acquire('only-one', { ttlMs: 5000 })),
  );

  t.equal(leases.filter((lease) => lease !== null).length, 1);
});

t.test('20 contenders that wait run one after another with growing fences', async (t) => {
  const redis = await connect(t);
  const lock = createFencedLock(redis, uniqueName('turns', '-'));
  const fences: number[] = [];
  let inside = 0;

  await Promise.all(
    Array.from({ length: 20 }, () =>
      lock.withLock('turn', { ttlMs: 2000, waitMs: 10_000 }, async (lease) => {
        inside += 1;
        t.equal(inside, 1);
        fences.push(lease.fence);
        await new Promise(setImmediate);
        inside -= 1;
      }),
    ),
  );

  t.equal(fences.length, 20);
  t.same(
    fences,
    [...fences].sort((a, b) => a - b),
  );
  t.equal(new Set(fences).size, 20);
});

t.test(
  'a holder whose lease ended can neither extend nor release the next one, and its fence is lower',
  async (t) => {
    const redis = await connect(t);
    const lock = createFencedLock(redis, uniqueName('paused', '-'));
    const first = (await lock.acquire('job', { ttlMs: 30 }))!;

    const second = await eventually(async () => {
      const lease = await lock.acquire('job', { ttlMs: 5000 });
      if (lease === null) throw new Error('still held');
      return lease;
    });

    t.ok(first.lost.aborted, 'the first one knows');
    t.equal(await first.extend(), false);
    t.equal(await first.release(), false);
    t.ok(second.fence > first.fence);
    t.notOk(second.lost.aborted);
    t.equal(await lock.acquire('job', { ttlMs: 100 }), null, 'the second one still holds it');
    t.equal(await second.extend(), true);
    t.equal(await second.release(), true);
  },
);

t.test('a lease that ended cannot be extended even when nobody took it', async (t) => {
  const redis = await connect(t);
  const lock = createFencedLock(redis, uniqueName('ended', '-'));
  const lease = (await lock.acquire('job', { ttlMs: 20 }))!;

  await eventually(() => lease.lost.aborted);

  t.equal(await lease.extend(), false);
});

t.test('releasing twice frees it once and leaves a successor alone', async (t) => {
  const redis = await connect(t);
  const lock = createFencedLock(redis, uniqueName('twice', '-'));
  const first = (await lock.acquire('job', { ttlMs: 5000 }))!;

  t.equal(await first.release(), true);
  const second = (await lock.acquire('job', { ttlMs: 5000 }))!;
  t.equal(await first.release(), false);

  t.equal(await second.extend(), true);
  t.notOk(first.lost.aborted, 'what was given back was not lost');
});

t.test('withLock keeps the lease as long as the work takes', async (t) => {
  const redis = await connect(t);
  const lock = createFencedLock(redis, uniqueName('keeper', '-'));
  let wasFree = false;

  const result = await lock.withLock('job', { ttlMs: 60, waitMs: 0 }, async (lease) => {
    for (let tries = 0; tries < 20; tries += 1) {
      wasFree ||= (await lock.acquire('job', { ttlMs: 60 })) !== null;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    return lease.lost.aborted;
  });

  t.equal(wasFree, false);
  t.equal(result, false);
  t.ok(await lock.acquire('job', { ttlMs: 60 }), 'free afterwards');
});

t.test(
  'withLock gives up after waitMs with SERVICE_UNAVAILABLE and frees the lock when work throws',
  async (t) => {
    const redis = await connect(t);
    const lock = createFencedLock(redis, uniqueName('wait', '-'));
    const held = (await lock.acquire('job', { ttlMs: 5000 }))!;

    await t.rejects(
      lock.withLock('job', { ttlMs: 100, waitMs: 50 }, async () => 1),
      {
        code: 'SERVICE_UNAVAILABLE',
      },
    );
    await held.release();
    await t.rejects(
      lock.withLock('job', { ttlMs: 5000, waitMs: 50 }, async () => {
        throw new Error('work failed');
      }),
      /work failed/,
    );

    t.ok(await lock.acquire('job', { ttlMs: 100 }));
  },
);

t.test(
  'fences grow over a wipe of Redis, and the holder of before learns that it lost',
  async (t) => {
    const server = await startRedis({ scope: t });
    const redis = await connect(t, { address: server.addr });
    const lock = createFencedLock(redis, 'wiped');
    for (let round = 0; round < 5; round += 1) {
      await (await lock.acquire('job', { ttlMs: 60_000 }))!.release();
    }
    const holder = (await lock.acquire('job', { ttlMs: 60_000 }))!;

    await server.down('SIGKILL');
    await server.wipe();
    await server.up();
    await eventually(() => redis.client.ping());
    const after = (await lock.acquire('job', { ttlMs: 60_000 }))!;

    t.ok(after.fence > holder.fence);
    t.equal(await holder.extend(), false);
    t.ok(holder.lost.aborted);
    t.equal(await holder.release(), false);
    t.equal(await after.extend(), true);
  },
);

t.test('a lease is lost in time when Redis stops answering', async (t) => {
  const server = await startRedis({ scope: t });
  const redis = await connect(t, { address: server.addr, commandTimeoutMs: 100 });
  const lock = createFencedLock(redis, 'frozen');

  const outcome = lock.withLock('job', { ttlMs: 300, waitMs: 0 }, async (lease) => {
    const startedAt = Date.now();
    await freeze(server.port, 600);
    await new Promise((resolve) => lease.lost.addEventListener('abort', resolve));
    return Date.now() - startedAt;
  });

  const lostAfterMs = await outcome;
  t.ok(lostAfterMs <= 450, `after ${lostAfterMs} ms`);
});
