import {
  CompiledQuery,
  MysqlAdapter,
  MysqlIntrospector,
  MysqlQueryCompiler,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  type QueryCompiler,
  type TransactionSettings,
} from 'kysely';
import type { ConnectionSource } from '../pool/pool.ts';
import { MysqlConnection, type DriverOptions } from './connection.ts';

const ours = (connection: DatabaseConnection): MysqlConnection => {
  if (connection instanceof MysqlConnection) return connection;
  throw new TypeError('this connection was opened by another driver');
};

const savepointNode = (command: string, name: string) =>
  CompiledQuery.raw(`${command} \`${name.replaceAll('`', '``')}\``);

/**
 * Kysely's driver over our pool. Unlike the one that comes with Kysely it prepares statements, and
 * neither a failed rollback hides the error that caused it nor a failed COMMIT looks like success.
 */
const createDriver = (source: ConnectionSource, options: DriverOptions): Driver => ({
  init: () => Promise.resolve(),
  acquireConnection: async () => new MysqlConnection(source, await source.acquire(), options),
  beginTransaction: (connection, settings: TransactionSettings) =>
    ours(connection).begin(settings.isolationLevel),
  commitTransaction: (connection) => ours(connection).commit(),
  rollbackTransaction: (connection) => ours(connection).rollback(),
  savepoint: async (connection, name) => {
    await ours(connection).executeQuery(savepointNode('savepoint', name));
  },
  rollbackToSavepoint: async (connection, name) => {
    await ours(connection).executeQuery(savepointNode('rollback to savepoint', name));
  },
  releaseSavepoint: async (connection, name) => {
    await ours(connection).executeQuery(savepointNode('release savepoint', name));
  },
  releaseConnection: (connection) => {
    ours(connection).giveBack();
    return Promise.resolve();
  },
  // The pool outlives Kysely: whoever opened it ends it.
  destroy: () => Promise.resolve(),
});

/** The migrator holds its own lock around everything (see migrate.ts): Kysely's would be a second one. */
class UnlockedAdapter extends MysqlAdapter {
  override acquireMigrationLock(): Promise<void> {
    return Promise.resolve();
  }
  override releaseMigrationLock(): Promise<void> {
    return Promise.resolve();
  }
}

export const createDialect = (source: ConnectionSource, options: DriverOptions): Dialect => ({
  createDriver: () => createDriver(source, options),
  createQueryCompiler: (): QueryCompiler => new MysqlQueryCompiler(),
  createAdapter: () => new UnlockedAdapter(),
  createIntrospector: (db) => new MysqlIntrospector(db),
});
