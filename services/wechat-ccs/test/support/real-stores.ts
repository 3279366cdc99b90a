import { randomBytes } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { createDatabase, migrate, mysqlKeys } from '@app/mysql';
import { createRedis, redisKeys, type RedisPart } from '@app/redis';
import { readConfig } from '@app/runtime';
import {
  createTestDatabase,
  createTestHost,
  testEnv,
  testNamespace,
  type TestDatabase,
} from '@app/testing';
import type { Test } from 'tap';
import type { Tables } from '../../src/repository/repo/tables.ts';

export const ringOf = (id: string): string => `${id}:${randomBytes(32).toString('base64')}`;

const migrationsDir = fileURLToPath(new URL('../../migrations', import.meta.url));

/** A fresh schema with this service's tables; gone when the test ends. */
export const migratedDatabase = (t: Test): Promise<TestDatabase> =>
  createTestDatabase({
    label: 'wechat-ccs',
    scope: t,
    migrate: ({ addr, admin, schema }) =>
      migrate({ adminConfig: { addr, ...admin }, service: 'wechat-ccs', migrationsDir, schema }),
  });

/** The environment that points a service at a test's schema. */
export const mysqlEnv = (database: TestDatabase): Record<string, string> => ({
  MYSQL_ADDR: database.addr,
  MYSQL_USER: database.user,
  MYSQL_PASS: database.password,
  MYSQL_SCHEMA: database.schema,
});

export const openDatabase = async (t: Test, database: TestDatabase) => {
  const host = await createTestHost({ service: 'wechat-ccs', scope: t });
  const config = readConfig(mysqlKeys, mysqlEnv(database), { service: 'wechat-ccs' });
  const db = createDatabase<Tables>(config, { host, service: 'wechat-ccs' });
  await db.start();
  t.teardown(() => db.stop());
  return db;
};

/** A connection with a key prefix of its own (or the given one); its keys are deleted with the test. */
export const openRedis = async (
  t: Test,
  namespace = testNamespace(),
  address = testEnv().redis.addr,
): Promise<RedisPart> => {
  const host = await createTestHost({ service: 'wechat-ccs', namespace, scope: t });
  const config = readConfig(redisKeys, { REDIS_ADDR: address }, { service: 'wechat-ccs' });
  const redis = createRedis(config, { role: 'queue', host });
  await redis.start();
  t.teardown(async () => {
    await deleteKeys(redis, namespace);
    await redis.stop();
  });
  return redis;
};

/** What a wiped Redis is to this service. */
export const deleteKeys = async ({ client }: RedisPart, namespace: string): Promise<void> => {
  const keys = await client.keys(`${namespace}:*`);
  // KEYS takes the whole name, while DEL puts the prefix before it.
  const names = keys.map((key) => key.slice(namespace.length + 1));
  if (names.length > 0) await client.del(...names);
};
