import { recordedLogger, testEnv, testNamespace, type TestScope } from '@app/testing';
import { Redis } from 'ioredis';
import { createRedis, type CreateRedisOptions, type RedisPart } from '../../src/index.ts';

export const fakeHost = (namespace = testNamespace()) => {
  const log = recordedLogger();
  return {
    namespace,
    nodeId: 'node-test',
    entries: log.entries,
    logger: log as unknown as NonNullable<CreateRedisOptions['host']>['logger'],
  };
};

export interface ConnectOptions extends Partial<CreateRedisOptions> {
  /** Default: the shared server, where the test must use names of its own. */
  readonly address?: string;
  readonly commandTimeoutMs?: number;
}

/** A started connection that ends with the test. */
export const connect = async (
  scope: TestScope,
  { address = testEnv().redis.addr, commandTimeoutMs = 1000, ...options }: ConnectOptions = {},
): Promise<RedisPart> => {
  const redis = createRedis(
    { redisAddr: address, redisCommandTimeoutMs: commandTimeoutMs },
    { role: 'queue', ...options },
  );
  scope.teardown(() => redis.stop());
  await redis.start();
  return redis;
};

/** Makes a server hang: connections stay, no command is answered for so long. */
export const freeze = async (port: number, forMs: number): Promise<void> => {
  const other = new Redis({ host: '127.0.0.1', port, lazyConnect: true });
  await other.connect();
  await other.client('PAUSE', forMs, 'ALL');
  other.disconnect();
};
