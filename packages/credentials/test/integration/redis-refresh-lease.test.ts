import { DomainError } from '@app/kernel';
import { createFencedLock, type RedisPart } from '@app/redis';
import { startRedis, testNamespace } from '@app/testing';
import t from 'tap';
import { createRedisRefreshLease } from '../../src/index.ts';
import { openRedis } from '../support/open-redis.ts';

const leaseOf = (redis: RedisPart) =>
  createRedisRefreshLease({ redis, service: 'shop', noun: 'access-token' });

t.test('one node at a time refreshes a credential, with growing fences', async (t) => {
  const namespace = testNamespace();
  const nodes = await Promise.all([1, 2, 3].map(() => openRedis(t, namespace)));
  const fences: number[] = [];
  let inside = 0;

  await Promise.all(
    nodes.map((redis) =>
      leaseOf(redis).run('wx-1', async ({ fence }) => {
        inside += 1;
        t.equal(inside, 1);
        await new Promise((resolve) => setImmediate(resolve));
        fences.push(fence);
        inside -= 1;
      }),
    ),
  );

  t.strictSame(
    fences,
    fences.toSorted((a, b) => a - b),
  );
  t.equal(new Set(fences).size, 3);
});

t.test('different ids do not wait for each other', async (t) => {
  const lock = leaseOf(await openRedis(t));

  const inner = await lock.run('wx-1', () => lock.run('wx-2', () => Promise.resolve('both')));

  t.equal(inner, 'both');
});

t.test('a node that died while refreshing does not stop the others', async (t) => {
  const redis = await openRedis(t);
  const lease = await createFencedLock(redis, 'shop').acquire('refresh-access-token-wx-1', {
    ttlMs: 400,
  });

  const fence = await leaseOf(redis).run('wx-1', ({ fence }) => Promise.resolve(fence));

  t.ok(fence > lease!.fence);
});

t.test(
  'what the work throws passes as it is; without Redis it is SERVICE_UNAVAILABLE',
  async (t) => {
    const server = await startRedis({ scope: t });
    const lock = leaseOf(await openRedis(t, 'credentials-lock', server.addr));
    const bug = new TypeError('a bug');

    await t.rejects(
      lock.run('wx-1', () => Promise.reject(bug)),
      { message: 'a bug' },
    );
    const refusal = new DomainError('UPSTREAM_REJECTED', 'unavailable');
    await t.rejects(
      lock.run('wx-1', () => Promise.reject(refusal)),
      { code: 'UPSTREAM_REJECTED' },
    );
    await server.down('SIGKILL');
    await t.rejects(
      lock.run('wx-1', () => Promise.resolve()),
      { code: 'SERVICE_UNAVAILABLE', data: { store: 'redis' } },
    );
    await server.up();
  },
);
