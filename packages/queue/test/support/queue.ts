import { AtMs, closed, type PayloadOf } from '@app/contracts';
import { createUlids } from '@app/kernel';
import { createRedis, type RedisPart } from '@app/redis';
import type { Host, Part } from '@app/runtime';
import { recordedLogger, testEnv, testNamespace, uniqueName, type TestScope } from '@app/testing';

/** A queue as a contract would declare it. */
export const testQueue = (
  overrides: { name?: string; attemptsMax?: number; concurrency?: number } = {},
) => ({
  name: uniqueName('test-expiry', '-'),
  summary: 'a queue of a test',
  payload: closed({ atMs: AtMs }),
  attemptsMax: 3,
  backoffMs: 20,
  concurrency: 5,
  ...overrides,
});

export type TestQueue = ReturnType<typeof testQueue>;
export type TestPayload = PayloadOf<TestQueue>;

export const fakeHost = (namespace = testNamespace()) => {
  const log = recordedLogger();
  return {
    namespace,
    nodeId: uniqueName('node', '-'),
    ids: createUlids(),
    logger: log as unknown as Host['logger'],
    entries: log.entries,
  };
};

/** Starts a part now and stops it with the test. */
export const started = async <P extends Part>(scope: TestScope, part: P): Promise<P> => {
  scope.teardown(() => part.stop());
  await part.start();
  return part;
};

/**
 * A node and its connection: on the shared server or on one of the test's own, in a namespace of its
 * own or that of another node.
 */
export const createBench = async (
  scope: TestScope,
  address = testEnv().redis.addr,
  namespace?: string,
) => {
  const host = fakeHost(namespace);
  const config = { redisAddr: address, redisCommandTimeoutMs: 1000 };
  const redis: RedisPart = createRedis(config, { role: 'queue', host, startTimeoutMs: 500 });
  await started(scope, redis);
  scope.teardown(() => forget(redis, host.namespace));
  return { host, redis };
};

/** Leaves nothing on a server that others use as well. */
const forget = async (redis: RedisPart, namespace: string): Promise<void> => {
  if (redis.client.status !== 'ready') return;
  const client = redis.queueClient();
  for (const pattern of [`{${namespace}-*`, `${namespace}:*`]) {
    for await (const keys of client.scanStream({ match: pattern, count: 1000 })) {
      const found = keys as string[];
      if (found.length > 0) await client.unlink(found);
    }
  }
};
