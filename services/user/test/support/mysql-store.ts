import { fileURLToPath } from 'node:url';
import { createBlindIndex, createSealer } from '@app/kernel';
import { createDatabase, createOutbox, migrate, mysqlKeys, type Database } from '@app/mysql';
import { readConfig } from '@app/runtime';
import {
  createTestDatabase,
  createTestHost,
  type TestDatabase,
  type TestDatabaseOptions,
} from '@app/testing';
import type { Test } from 'tap';
import type { UserFact } from '../../src/domain/user-fact.ts';
import { createMysqlAddressRepository } from '../../src/repository/repo/mysql-address-repository.ts';
import { createMysqlIdentityRepository } from '../../src/repository/repo/mysql-identity-repository.ts';
import { createMysqlSealedRows } from '../../src/repository/repo/mysql-sealed-rows.ts';
import { createMysqlUserRepository } from '../../src/repository/repo/mysql-user-repository.ts';
import { createPersonalData } from '../../src/repository/repo/personal-data.ts';
import type { Tables } from '../../src/repository/repo/tables.ts';
import { ids } from './builders.ts';

export const K1 = `k1:${Buffer.alloc(32, 1).toString('base64')}`;
export const K2 = `k2:${Buffer.alloc(32, 2).toString('base64')}`;
export const INDEX_KEY = 'test index key of at least 32 characters';

const migrationsDir = fileURLToPath(new URL('../../migrations', import.meta.url));

/** A fresh schema with this service's tables; gone when the test ends. */
export const migratedDatabase = (
  t: Test,
  server?: TestDatabaseOptions['server'],
): Promise<TestDatabase> =>
  createTestDatabase({
    label: 'user',
    scope: t,
    ...(server === undefined ? {} : { server }),
    migrate: ({ addr, admin, schema }) =>
      migrate({ adminConfig: { addr, ...admin }, service: 'user', migrationsDir, schema }),
  });

/** The environment that points a service at a test's schema. */
export const mysqlEnv = (database: TestDatabase): Record<string, string> => ({
  MYSQL_ADDR: database.addr,
  MYSQL_USER: database.user,
  MYSQL_PASS: database.password,
  MYSQL_SCHEMA: database.schema,
});

export const openDatabase = async (t: Test, database: TestDatabase) => {
  const host = await createTestHost({ service: 'user', scope: t });
  const config = readConfig(mysqlKeys, mysqlEnv(database), { service: 'user' });
  const db = createDatabase<Tables>(config, { host, service: 'user' });
  await db.start();
  t.teardown(() => db.stop());
  return { db, host };
};

/** The repositories on a real database, sealing with the given key ring. */
export const createMysqlStore = async (t: Test, database: TestDatabase, ring = K1) => {
  const { db, host } = await openDatabase(t, database);
  const outbox = createOutbox(db, host);
  const sealer = createSealer(ring);
  const personalData = createPersonalData(sealer, createBlindIndex(INDEX_KEY));
  const { clock } = host;
  return {
    db,
    users: createMysqlUserRepository({ db, outbox, personalData, clock }),
    identities: createMysqlIdentityRepository({ db, outbox, personalData, ids }),
    addresses: createMysqlAddressRepository({ db, personalData, clock }),
    sealedRows: createMysqlSealedRows({ db, sealer }),
    factsOf: (userId: string) => factsOf(db, userId),
  };
};

const factsOf = async (db: Database<Tables>, userId: string): Promise<readonly UserFact[]> => {
  const rows = await db.write
    .selectFrom('outbox')
    .select(['fact', 'payload'])
    .where('payload', 'like', `%${userId}%`)
    .orderBy('id')
    .execute();
  return rows.map(
    ({ fact, payload }) =>
      ({ name: fact.replace('user.', ''), payload: JSON.parse(payload) as unknown }) as UserFact,
  );
};
