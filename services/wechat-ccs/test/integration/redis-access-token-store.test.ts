import { createSealer } from '@app/kernel';
import { startRedis } from '@app/testing';
import t, { type Test } from 'tap';
import { createRedisAccessTokenStore } from '../../src/repository/cache/redis-access-token-store.ts';
import { accessTokenStoreContract, aToken } from '../contract/access-token-store.contract.ts';
import { openRedis, ringOf } from '../support/real-stores.ts';

const build = async (t: Test, ring = ringOf('k1')) => {
  const redis = await openRedis(t);
  return { redis, store: createRedisAccessTokenStore({ redis, sealer: createSealer(ring) }) };
};

t.test('the Redis token store is a token store', async (t) => {
  accessTokenStoreContract(t, async (t) => (await build(t)).store);
});

t.test('Redis holds no token in the clear, and not for ever', async (t) => {
  const { redis, store } = await build(t);
  await store.replace('wx-1', undefined, aToken({ text: 'a-very-visible-token' }));

  const content = await redis.client.hgetall('wechat-ccs:access-token:wx-1');

  t.strictSame(Object.keys(content).sort(), ['sealed', 'version']);
  t.match(content['sealed'], /^v1\.k1\./);
  t.notOk(JSON.stringify(content).includes('visible'));
  t.ok((await redis.client.pttl('wechat-ccs:access-token:wx-1')) > 7_200_000);
});

t.test(
  'a token sealed with a retired key opens; with an unknown one it counts as spent',
  async (t) => {
    const [old, next] = [ringOf('k1'), ringOf('k2')];
    const { redis, store } = await build(t, old);
    await store.replace('wx-1', undefined, aToken({ version: 7 }));
    const storeWith = (ring: string) =>
      createRedisAccessTokenStore({ redis, sealer: createSealer(ring) });

    t.strictSame(await storeWith(`${next},${old}`).find('wx-1'), aToken({ version: 7 }));
    const lost = await storeWith(next).find('wx-1');
    t.match(lost, { version: 7, expiresAtMs: 0 });
    t.equal(
      await storeWith(next).replace('wx-1', 7, aToken({ version: 8 })),
      true,
      'and is replaced',
    );
  },
);

t.test("a token moved to another app's key does not open", async (t) => {
  const { redis, store } = await build(t);
  await store.replace('wx-1', undefined, aToken());
  const content = await redis.client.hgetall('wechat-ccs:access-token:wx-1');

  await redis.client.hset('wechat-ccs:access-token:wx-2', content);

  t.match(await store.find('wx-2'), { expiresAtMs: 0 });
});

t.test(
  'a Redis that is gone is SERVICE_UNAVAILABLE, and works again when it is back',
  async (t) => {
    const server = await startRedis({ scope: t });
    const redis = await openRedis(t, 'ccs-gone', server.addr);
    const store = createRedisAccessTokenStore({ redis, sealer: createSealer(ringOf('k1')) });
    await store.replace('wx-1', undefined, aToken());

    await server.down('SIGKILL');
    await t.rejects(store.find('wx-1'), { code: 'SERVICE_UNAVAILABLE', data: { store: 'redis' } });
    await t.rejects(store.replace('wx-1', 1, aToken({ version: 2 })), {
      code: 'SERVICE_UNAVAILABLE',
    });
    await server.up();
    await redis.start();

    t.strictSame(await store.find('wx-1'), aToken());
  },
);
