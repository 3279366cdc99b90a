import { createFencedLock } from '@app/redis';
import { startRedis, testNamespace } from '@app/testing';
import t from 'tap';
import { createRedisRefreshLock } from '../../src/repository/cache/redis-refresh-lock.ts';
import { wechatCcsError } from '../../src/errors.ts';
import { openRedis } from '../support/real-stores.ts';

t.test('one node at a time refreshes an app, with growing fences', async (t) => {
  const namespace = testNamespace();
  const nodes = await Promise.all([1, 2, 3].map(() => openRedis(t, namespace)));
  const fences: number[] = [];
  let inside = 0;

  await Promise.all(
    nodes.map((redis) =>
      createRedisRefreshLock(redis).run('wx-1', async (fence) => {
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

t.test('different apps do not wait for each other', async (t) => {
  const lock = createRedisRefreshLock(await openRedis(t));

  const inner = await lock.run('wx-1', () => lock.run('wx-2', () => Promise.resolve('both')));

  t.equal(inner, 'both');
});

t.test('a node that died while refreshing does not stop the others', async (t) => {
  const redis = await openRedis(t);
  const lease = await createFencedLock(redis, 'wechat-ccs').acquire('refresh-wx-1', { ttlMs: 400 });

  const fence = await createRedisRefreshLock(redis).run('wx-1', (fence) => Promise.resolve(fence));

  t.ok(fence > lease!.fence);
});

t.test(
  'what the work throws passes as it is; without Redis it is SERVICE_UNAVAILABLE',
  async (t) => {
    const server = await startRedis({ scope: t });
    const lock = createRedisRefreshLock(await openRedis(t, 'ccs-lock', server.addr));
    const bug = new TypeError('a bug');

    await t.rejects(
      lock.run('wx-1', () => Promise.reject(bug)),
      { message: 'a bug' },
    );
    const refusal = wechatCcsError('UPSTREAM_WECHAT_REJECTED');
    await t.rejects(
      lock.run('wx-1', () => Promise.reject(refusal)),
      { code: 'UPSTREAM_WECHAT_REJECTED' },
    );
    await server.down('SIGKILL');
    await t.rejects(
      lock.run('wx-1', () => Promise.resolve()),
      { code: 'SERVICE_UNAVAILABLE', data: { store: 'redis' } },
    );
    await server.up();
  },
);
