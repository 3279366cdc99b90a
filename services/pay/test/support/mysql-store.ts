import { fileURLToPath } from 'node:url';
import { createDatabase, createOutbox, migrate, mysqlKeys } from '@app/mysql';
import { readConfig, type Logger } from '@app/runtime';
import { createTestDatabase, createTestHost, type TestDatabase } from '@app/testing';
import type { Clock } from '@app/kernel';
import type { Test } from 'tap';
import { createMysqlPaymentRepository } from '../../src/repository/repo/mysql-payment-repository.ts';
import { createMysqlRefundRepository } from '../../src/repository/repo/mysql-refund-repository.ts';
import type { Tables } from '../../src/repository/repo/tables.ts';
import { NOON_MS } from './builders.ts';
import type { ToldFact } from './memory-store.ts';

/** A fresh schema with this service's tables; gone when the test ends. */
export const migratedDatabase = (t: Test): Promise<TestDatabase> =>
  createTestDatabase({
    label: 'pay',
    scope: t,
    migrate: ({ addr, admin, schema }) =>
      migrate({
        adminConfig: { addr, ...admin },
        service: 'pay',
        migrationsDir: fileURLToPath(new URL('../../migrations', import.meta.url)),
        schema,
      }),
  });

/** The repositories on a real database; facts are read from the outbox, where they stay. */
export const createMysqlStore = async (
  t: Test,
  database: TestDatabase,
  { clock = { nowMs: () => NOON_MS }, logger }: { clock?: Clock; logger?: Logger } = {},
) => {
  const host = await createTestHost({
    service: 'pay',
    scope: t,
    ...(logger === undefined ? {} : { logger }),
  });
  const env = {
    MYSQL_ADDR: database.addr,
    MYSQL_USER: database.user,
    MYSQL_PASS: database.password,
    MYSQL_SCHEMA: database.schema,
  };
  const config = readConfig(mysqlKeys, env, { service: 'pay' });
  const db = createDatabase<Tables>(config, { host, service: 'pay' });
  await db.start();
  t.teardown(() => db.stop());
  const outbox = createOutbox(db, host);
  return {
    db,
    payments: createMysqlPaymentRepository({ db, outbox, clock }),
    refunds: createMysqlRefundRepository({ db, outbox, clock }),
    async factsOf(orderNo: string): Promise<readonly ToldFact[]> {
      const rows = await db.write
        .selectFrom('outbox')
        .select(['fact', 'payload'])
        .orderBy('id')
        .execute();
      return rows
        .map(({ fact, payload }) => ({
          name: fact,
          payload: JSON.parse(payload) as Record<string, unknown>,
        }))
        .filter(({ payload }) => payload['orderNo'] === orderNo);
    },
  };
};
