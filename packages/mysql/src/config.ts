import { defineConfig, integer, optional, secret, text, type ConfigOf } from '@app/runtime';
import type { Endpoint, PoolOptions } from './pool/pool.ts';
import { parseAddress } from './pool/address.ts';
import { sessionDefaults } from './pool/session.ts';

const ADDRESS = /^(\[[0-9a-fA-F:.]+\]|[^:[\]\s/]+)(:\d{1,5})?$/;

/** The keys of every service that has a schema. */
export const mysqlKeys = defineConfig({
  mysqlAddr: text('MYSQL_ADDR', {
    doc: 'MySQL or MariaDB for reading and writing',
    default: '127.0.0.1:3306',
    pattern: ADDRESS,
    example: '127.0.0.1:3306',
  }),
  mysqlWriteAddr: optional(
    text('MYSQL_WRITE_ADDR', { doc: 'The primary; by default MYSQL_ADDR', pattern: ADDRESS }),
  ),
  mysqlReadAddr: optional(
    text('MYSQL_READ_ADDR', {
      doc: 'A replica for reads that may lag; by default the primary, through the same pool',
      pattern: ADDRESS,
    }),
  ),
  mysqlUser: optional(
    text('MYSQL_USER', {
      doc: 'User of the service; by default named like the schema',
      pattern: /^[A-Za-z0-9_-]{1,32}$/,
    }),
  ),
  mysqlPass: secret('MYSQL_PASS', { doc: 'Password of that user', minLength: 16 }),
  mysqlSchema: optional(
    text('MYSQL_SCHEMA', {
      doc: 'Schema of the service; by default app_<service>',
      pattern: /^[a-z0-9_]{1,64}$/,
    }),
  ),
  mysqlPoolSize: integer('MYSQL_POOL_SIZE', {
    doc: 'Connections per pool at most',
    default: 10,
    min: 1,
    max: 500,
    unit: 'connections',
  }),
  mysqlQueueMax: integer('MYSQL_QUEUE_MAX', {
    doc: 'Requests that may wait for a connection; the next one is refused',
    default: 200,
    max: 100_000,
    unit: 'requests',
  }),
  mysqlAcquireTimeoutMs: integer('MYSQL_ACQUIRE_TIMEOUT_MS', {
    doc: 'How long a request waits for a connection',
    default: 2_000,
    min: 10,
    max: 60_000,
    unit: 'ms',
  }),
  mysqlConnectTimeoutMs: integer('MYSQL_CONNECT_TIMEOUT_MS', {
    doc: 'How long opening a connection may take',
    default: 2_000,
    min: 10,
    max: 60_000,
    unit: 'ms',
  }),
  mysqlStatementTimeoutMs: integer('MYSQL_STATEMENT_TIMEOUT_MS', {
    doc: 'A statement that runs longer is ended',
    default: 10_000,
    min: 100,
    max: 600_000,
    unit: 'ms',
  }),
  mysqlStatementsMax: integer('MYSQL_STATEMENTS_MAX', {
    // max_prepared_stmt_count is 16,382 for the whole server: 64 is ten services with 25 connections each.
    doc: 'Prepared statements kept per connection',
    default: 64,
    min: 1,
    max: 1_000,
    unit: 'statements',
  }),
});

export type MysqlConfig = Readonly<ConfigOf<typeof mysqlKeys>>;

/** `wechat-ccs` → `app_wechat_ccs`: the name of a service's schema, and of its user. */
export const schemaNameOf = (service: string): string => `app_${service.replaceAll('-', '_')}`;

/** The pools that a configuration describes; one and the same when reads have no address of their own. */
export interface StoreSettings {
  readonly schema: string;
  readonly write: PoolOptions;
  readonly read: PoolOptions | undefined;
  readonly statementTimeoutMs: number;
}

/** Fills in what the operator left out. */
export const toStoreSettings = (config: MysqlConfig, service: string): StoreSettings => {
  const schema = config.mysqlSchema ?? schemaNameOf(service);
  const writeAddr = config.mysqlWriteAddr ?? config.mysqlAddr;
  const readAddr = config.mysqlReadAddr ?? writeAddr;
  const endpoint = (address: string): Endpoint => ({
    ...parseAddress(address),
    user: config.mysqlUser ?? schema,
    password: config.mysqlPass,
    schema,
  });
  const pool = (name: string, address: string): PoolOptions => ({
    name,
    endpoint: endpoint(address),
    session: { ...sessionDefaults, statementTimeoutMs: config.mysqlStatementTimeoutMs },
    size: config.mysqlPoolSize,
    queueMax: config.mysqlQueueMax,
    acquireTimeoutMs: config.mysqlAcquireTimeoutMs,
    connectTimeoutMs: config.mysqlConnectTimeoutMs,
    statementsMax: config.mysqlStatementsMax,
  });
  return {
    schema,
    write: pool('write', writeAddr),
    read: readAddr === writeAddr ? undefined : pool('read', readAddr),
    statementTimeoutMs: config.mysqlStatementTimeoutMs,
  };
};
