import { createSealer } from '@app/kernel';
import { startRedis } from '@app/testing';
import t, { type Test } from 'tap';
import { createRedisCredentialStore } from '../../src/index.ts';
import { aCredential, credentialStoreContract } from '../contract/credential-store.contract.ts';
import { openRedis, ringOf } from '../support/open-redis.ts';

const NAMES = { service: 'shop', noun: 'access-token' };

const build = async (t: Test, ring = ringOf('k1')) => {
  const redis = await openRedis(t);
  return {
    redis,
    store: createRedisCredentialStore({ ...NAMES, redis, sealer: createSealer(ring) }),
  };
};

t.test('the credential store in Redis is a credential store', async (t) => {
  credentialStoreContract(t, async (t) => (await build(t)).store);
});

t.test('Redis holds no token in the clear, and not for ever', async (t) => {
  const { redis, store } = await build(t);
  await store.replace('wx-1', undefined, aCredential({ text: 'a-very-visible-token' }));

  const content = await redis.client.hgetall('shop:access-token:wx-1');

  t.strictSame(Object.keys(content).sort(), ['sealed', 'version']);
  t.match(content['sealed'], /^v1\.k1\./);
  t.notOk(JSON.stringify(content).includes('visible'));
  t.ok((await redis.client.pttl('shop:access-token:wx-1')) > 7_200_000);
});

t.test(
  'a token sealed with a retired key opens; with an unknown one it counts as spent',
  async (t) => {
    const [old, next] = [ringOf('k1'), ringOf('k2')];
    const { redis, store } = await build(t, old);
    await store.replace('wx-1', undefined, aCredential({ version: 7 }));
    const storeWith = (ring: string) =>
      createRedisCredentialStore({ ...NAMES, redis, sealer: createSealer(ring) });

    t.strictSame(await storeWith(`${next},${old}`).find('wx-1'), aCredential({ version: 7 }));
    const lost = await storeWith(next).find('wx-1');
    t.match(lost, { version: 7, expiresAtMs: 0 });
    t.equal(
      await storeWith(next).replace('wx-1', 7, aCredential({ version: 8 })),
      true,
      'and is replaced',
    );
  },
);

t.test("a token moved to another app's key does not open", async (t) => {
  const { redis, store } = await build(t);
  await store.replace('wx-1', undefined, aCredential());
  const content = await redis.client.hgetall('shop:access-token:wx-1');

  await redis.client.hset('shop:access-token:wx-2', content);

  t.match(await store.find('wx-2'), { expiresAtMs: 0 });
});

t.test(
  'a Redis that is gone is SERVICE_UNAVAILABLE, and works again when it is back',
  async (t) => {
    const server = await startRedis({ scope: t });
    const redis = await openRedis(t, 'credentials-gone', server.addr);
    const store = createRedisCredentialStore({
      ...NAMES,
      redis,
      sealer: createSealer(ringOf('k1')),
    });
    await store.replace('wx-1', undefined, aCredential());

    await server.down('SIGKILL');
    await t.rejects(store.find('wx-1'), { code: 'SERVICE_UNAVAILABLE', data: { store: 'redis' } });
    await t.rejects(store.replace('wx-1', 1, aCredential({ version: 2 })), {
      code: 'SERVICE_UNAVAILABLE',
    });
    await server.up();
    await redis.start();

    t.strictSame(await store.find('wx-1'), aCredential());
  },
);
