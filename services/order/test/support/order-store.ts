import { fileURLToPath } from 'node:url';
import { createSealer } from '@app/kernel';
import { createDatabase, createOutbox, migrate, mysqlKeys } from '@app/mysql';
import { readConfig } from '@app/runtime';
import { createTestDatabase, createTestHost, type TestDatabase } from '@app/testing';
import type { Test } from 'tap';
import type { OrderFact } from '../../src/domain/order-fact.ts';
import { createMysqlFollowUpRepository } from '../../src/repository/repo/mysql-follow-up-repository.ts';
import { createMysqlOrderRepository } from '../../src/repository/repo/mysql-order-repository.ts';
import type { Tables } from '../../src/repository/repo/tables.ts';

export const K1 = `k1:${Buffer.alloc(32, 1).toString('base64')}`;

/** A fresh schema with this service's tables; gone when the test ends. */
export const migratedDatabase = (t: Test): Promise<TestDatabase> =>
  createTestDatabase({
    label: 'order',
    scope: t,
    migrate: ({ addr, admin, schema }) =>
      migrate({
        adminConfig: { addr, ...admin },
        service: 'order',
        migrationsDir: fileURLToPath(new URL('../../migrations', import.meta.url)),
        schema,
      }),
  });

/** The environment that points a service at a test's schema. */
export const mysqlEnv = (database: TestDatabase): Record<string, string> => ({
  MYSQL_ADDR: database.addr,
  MYSQL_USER: database.user,
  MYSQL_PASS: database.password,
  MYSQL_SCHEMA: database.schema,
});

/** The repositories on a real database. */
export const createMysqlStore = async (t: Test, database: TestDatabase) => {
  const host = await createTestHost({ service: 'order', scope: t });
  const config = readConfig(mysqlKeys, mysqlEnv(database), { service: 'order' });
  const db = createDatabase<Tables>(config, { host, service: 'order' });
  await db.start();
  t.teardown(() => db.stop());
  const hinted: string[] = [];
  return {
    db,
    hinted,
    orders: createMysqlOrderRepository({
      ...{ db, outbox: createOutbox(db, host), clock: host.clock, sealer: createSealer(K1) },
      onFollowUp: ({ id }) => hinted.push(id),
    }),
    followUps: createMysqlFollowUpRepository(db),
    async factsOf(orderNo: string): Promise<readonly OrderFact['name'][]> {
      const rows = await db.write
        .selectFrom('outbox')
        .select(['fact'])
        .where('payload', 'like', `%${orderNo}%`)
        .orderBy('id')
        .execute();
      return rows.map(({ fact }) => fact.replace('order.', '') as OrderFact['name']);
    },
  };
};
