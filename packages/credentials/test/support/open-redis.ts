import { randomBytes } from 'node:crypto';
import { createRedis, redisKeys, type RedisPart } from '@app/redis';
import { readConfig } from '@app/runtime';
import { createTestHost, testEnv, testNamespace } from '@app/testing';
import type { Test } from 'tap';

export const ringOf = (id: string): string => `${id}:${randomBytes(32).toString('base64')}`;

/** A connection with a key prefix of its own (or the given one); its keys are deleted with the test. */
export const openRedis = async (
  t: Test,
  namespace = testNamespace(),
  address = testEnv().redis.addr,
): Promise<RedisPart> => {
  const host = await createTestHost({ service: 'credentials', namespace, scope: t });
  const config = readConfig(redisKeys, { REDIS_ADDR: address }, { service: 'credentials' });
  const redis = createRedis(config, { role: 'queue', host });
  await redis.start();
  t.teardown(async () => {
    const keys = await redis.client.keys(`${namespace}:*`);
    // KEYS takes the whole name, while DEL puts the prefix before it.
    const names = keys.map((key) => key.slice(namespace.length + 1));
    if (names.length > 0) await redis.client.del(...names);
    await redis.stop();
  });
  return redis;
};
