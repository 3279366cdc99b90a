import { createConnection, type Connection } from 'mysql2/promise';
import { createUlids, systemClock } from '@app/kernel';
import {
  createTestDatabase,
  recordedLogger,
  testEnv,
  type TestDatabase,
  type TestDatabaseOptions,
} from '@app/testing';
import {
  createDatabase,
  migrate,
  type CoreTables,
  type Database,
  type MysqlConfig,
  type StoreHost,
} from '../../src/index.ts';

export const testHost = (): StoreHost & { readonly logger: ReturnType<typeof recordedLogger> } => ({
  logger: recordedLogger(),
  clock: systemClock,
  ids: createUlids(),
});

/** Somebody who may do everything on the server under test. */
export const admin = (): {
  readonly addr: string;
  readonly user: string;
  readonly password: string;
} => testEnv().mysql;

export const adminConnection = (
  at: Pick<TestDatabase, 'host' | 'port' | 'admin' | 'schema'>,
): Promise<Connection> =>
  createConnection({ host: at.host, port: at.port, ...at.admin, database: at.schema });

type Place = Pick<TestDatabase, 'addr' | 'user' | 'password' | 'schema'>;

export const configFor = (place: Place, overrides: Partial<MysqlConfig> = {}): MysqlConfig => ({
  mysqlAddr: place.addr,
  mysqlWriteAddr: undefined,
  mysqlReadAddr: undefined,
  mysqlUser: place.user,
  mysqlPass: place.password,
  mysqlSchema: place.schema,
  mysqlPoolSize: 10,
  mysqlQueueMax: 200,
  mysqlAcquireTimeoutMs: 2_000,
  mysqlConnectTimeoutMs: 2_000,
  mysqlStatementTimeoutMs: 10_000,
  mysqlStatementsMax: 64,
  ...overrides,
});

/** Tables that some tests change besides the core tables. */
export interface TestTables extends CoreTables {
  readonly account: { readonly id: number; readonly balance_fen: number };
  /** What took effect, one row per effect: a second row is a second effect. */
  readonly effect: { readonly id?: number; readonly name: string };
}

export interface TestStore {
  readonly place: TestDatabase;
  readonly db: Database<TestTables>;
  readonly host: ReturnType<typeof testHost>;
  /** An administrator's session inside the schema. */
  readonly admin: Connection;
  /** Another pool on the same schema, as another process would have. */
  open(overrides?: Partial<MysqlConfig>): Promise<Database<TestTables>>;
}

interface Scope {
  teardown(fn: () => unknown): unknown;
}

/** A fresh schema with the core tables, `account` and `effect`, used by a least-privilege user. */
export const openStore = async (
  t: Scope,
  label: string,
  overrides: Partial<MysqlConfig> = {},
  server?: TestDatabaseOptions['server'],
): Promise<TestStore> => {
  const place = await createTestDatabase({
    label: `mysql_${label}`,
    ...(server === undefined ? {} : { server }),
    migrate: async (database) => {
      const { addr, schema } = database;
      await migrate({ adminConfig: { addr, ...database.admin }, service: 'test', schema });
      await database.sql(
        'create table account (id bigint not null primary key, balance_fen bigint not null)',
      );
      await database.sql(
        'create table effect (id bigint not null auto_increment primary key, name varchar(64) not null)',
      );
    },
  });
  const connection = await adminConnection(place);
  // The private server of a test may go down under it.
  connection.on('error', () => undefined);
  const host = testHost();
  const opened: Database<TestTables>[] = [];
  const open = async (more: Partial<MysqlConfig> = {}): Promise<Database<TestTables>> => {
    const config = configFor(place, { ...overrides, ...more });
    const db = createDatabase<TestTables>(config, { host, service: 'test' });
    opened.push(db);
    await db.start();
    return db;
  };
  t.teardown(async () => {
    await Promise.all(opened.map((db) => db.stop()));
    connection.destroy();
    if (server === undefined) await place.drop();
  });
  return { place, db: await open(), host, admin: connection, open };
};
