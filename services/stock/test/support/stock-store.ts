import { fileURLToPath } from 'node:url';
import { createUlids, type Clock } from '@app/kernel';
import { createDatabase, createOutbox, migrate, mysqlKeys, type Database } from '@app/mysql';
import { readConfig } from '@app/runtime';
import {
  createTestDatabase,
  createTestHost,
  type TestDatabase,
  type TestDatabaseOptions,
} from '@app/testing';
import type { Test } from 'tap';
import type { StockAuditor } from '../../src/repository.ts';
import { createMysqlReservationReader } from '../../src/repository/repo/mysql-reservation-reader.ts';
import { createMysqlStockAuditor } from '../../src/repository/repo/mysql-stock-auditor.ts';
import { createMysqlStockLedger } from '../../src/repository/repo/mysql-stock-ledger.ts';
import { createMysqlStockReader } from '../../src/repository/repo/mysql-stock-reader.ts';
import type { Tables } from '../../src/repository/repo/tables.ts';

const migrationsDir = fileURLToPath(new URL('../../migrations', import.meta.url));

/** A fresh schema with this service's tables; gone when the test ends. */
export const migratedDatabase = (
  t: Test,
  server?: TestDatabaseOptions['server'],
): Promise<TestDatabase> =>
  createTestDatabase({
    label: 'stock',
    scope: t,
    ...(server === undefined ? {} : { server }),
    migrate: ({ addr, admin, schema }) =>
      migrate({ adminConfig: { addr, ...admin }, service: 'stock', migrationsDir, schema }),
  });

/** The environment that points a service at a test's schema. */
export const mysqlEnv = (database: TestDatabase): Record<string, string> => ({
  MYSQL_ADDR: database.addr,
  MYSQL_USER: database.user,
  MYSQL_PASS: database.password,
  MYSQL_SCHEMA: database.schema,
});

export const openDatabase = async (t: Test, database: TestDatabase, name = 'stock') => {
  const host = await createTestHost({ service: name, scope: t });
  const config = readConfig(mysqlKeys, mysqlEnv(database), { service: 'stock' });
  const db = createDatabase<Tables>(config, { host, service: 'stock' });
  await db.start();
  t.teardown(() => db.stop());
  return { db, host };
};

const ids = createUlids();

/** The adapters of one node on a real database; as many as one likes share it. */
export const createMysqlStore = async (t: Test, database: TestDatabase, clock?: Clock) => {
  const { db, host } = await openDatabase(t, database);
  return { db, host, ...adaptersOn(db, host, clock ?? host.clock) };
};

const adaptersOn = (
  db: Database<Tables>,
  host: Parameters<typeof createOutbox<Tables>>[1],
  clock: Clock,
) => {
  const reservations = createMysqlReservationReader(db);
  const outbox = createOutbox(db, host);
  return {
    ids,
    clock,
    reservations,
    ledger: createMysqlStockLedger({
      db,
      outbox,
      reservations,
      clock,
      onBalances: () => undefined,
    }),
    reader: createMysqlStockReader(db),
    auditor: createMysqlStockAuditor({ db, clock }),
  };
};

/** Everything the auditor has to say. */
export const auditAll = async (auditor: StockAuditor) => {
  const { differences, next } = await auditor.audit(null, 1000);
  if (next !== null) throw new Error('more SKUs than one page');
  return differences;
};
