export { mysqlKeys, schemaNameOf, type MysqlConfig } from './config.ts';
export {
  createDatabase,
  type Database,
  type DatabaseOptions,
  type Session,
  type SessionRequest,
} from './database.ts';
export { isDuplicateKey, isOutcomeUnknown } from './errors.ts';
export {
  consumerNameOf,
  factConsumer,
  type FactHandlerOptions,
  type FactScope,
} from './fact-consumer.ts';
export { inBatches } from './loop.ts';
export type { FactHost, StoreHost, StoreLogger } from './host.ts';
export { createHousekeeping, createPurge, purgeIdempotency, purgeInbox } from './housekeeping.ts';
export {
  createIdempotency,
  type Idempotency,
  type IdempotencyOptions,
  type IdempotentCall,
  type Operation,
} from './idempotency/idempotency.ts';
export { compareTables, introspect, type Tables } from './migrate/introspect.ts';
export { coreMigrationsDir, migrationChecksums } from './migrate/files.ts';
export {
  MigrationError,
  migrate,
  type AdminConfig,
  type MigrateOptions,
  type MigrationReport,
} from './migrate/migrate.ts';
export { createOutbox, type Outbox, type OutboxOptions } from './outbox/outbox.ts';
export { toSafeInteger } from './numbers.ts';
export { compileSnapshot, createCompiler, type Compilable } from './snapshot.ts';
export { coreColumns, type ColumnsOf, type CoreTables, type SqlTime } from './tables.ts';
export { fromSqlTime, fromSqlTimeOrNull, toSqlTime } from './time.ts';
export { afterCommit, type CommitHook } from './transaction.ts';
