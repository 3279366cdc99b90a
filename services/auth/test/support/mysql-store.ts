import { fileURLToPath } from 'node:url';
import { createDatabase, createOutbox, migrate, mysqlKeys, type Database } from '@app/mysql';
import { readConfig } from '@app/runtime';
import { createTestDatabase, createTestHost, type TestDatabase } from '@app/testing';
import type { Test } from 'tap';
import type { AuthFact } from '../../src/domain/auth-fact.ts';
import { createMysqlExpiredRows } from '../../src/repository/repo/mysql-expired-rows.ts';
import { createMysqlRevocationRepository } from '../../src/repository/repo/mysql-revocation-repository.ts';
import { createMysqlSessionRepository } from '../../src/repository/repo/mysql-session-repository.ts';
import type { Tables } from '../../src/repository/repo/tables.ts';

const migrationsDir = fileURLToPath(new URL('../../migrations', import.meta.url));

/** A fresh schema with this service's tables; gone when the test ends. */
export const migratedDatabase = (t: Test): Promise<TestDatabase> =>
  createTestDatabase({
    label: 'auth',
    scope: t,
    migrate: ({ addr, admin, schema }) =>
      migrate({ adminConfig: { addr, ...admin }, service: 'auth', migrationsDir, schema }),
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
  const host = await createTestHost({ service: 'auth', scope: t });
  const config = readConfig(mysqlKeys, mysqlEnv(database), { service: 'auth' });
  const db = createDatabase<Tables>(config, { host, service: 'auth' });
  await db.start();
  t.teardown(() => db.stop());
  return {
    db,
    sessions: createMysqlSessionRepository({ db, outbox: createOutbox(db, host) }),
    revocations: createMysqlRevocationRepository({ db }),
    expired: createMysqlExpiredRows({ db }),
    factsOf: (userId: string) => factsOf(db, userId),
  };
};

const factsOf = async (db: Database<Tables>, userId: string): Promise<readonly AuthFact[]> => {
  const rows = await db.write
    .selectFrom('outbox')
    .select(['fact', 'payload'])
    .where('payload', 'like', `%${userId}%`)
    .orderBy('id')
    .execute();
  return rows.map(
    ({ fact, payload }) =>
      ({ name: fact.replace('auth.', ''), payload: JSON.parse(payload) as unknown }) as AuthFact,
  );
};
