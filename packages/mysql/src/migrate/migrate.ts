import { Kysely } from 'kysely';
import { Migrator, type MigrationResult } from 'kysely/migration';
import { schemaNameOf } from '../config.ts';
import { createDialect } from '../dialect/dialect.ts';
import { parseAddress } from '../pool/address.ts';
import { openSingle, type ConnectionSource } from '../pool/pool.ts';
import { sessionDefaults } from '../pool/session.ts';
import { runStatement } from '../pool/statement.ts';
import { createSchema, grantAccount } from './account.ts';
import { coreMigrationsDir, createProvider, listMigrations, type MigrationFile } from './files.ts';

/** Somebody who may create schemas and users. */
export interface AdminConfig {
  /** `host:port` */
  readonly addr: string;
  readonly user: string;
  readonly password: string;
}

export interface MigrateOptions {
  readonly adminConfig: AdminConfig;
  readonly service: string;
  /** The service's own migrations; left out: only the core tables. */
  readonly migrationsDir?: string | undefined;
  /** The service's user and its password; left out: no user is made or changed. */
  readonly account?: { readonly user?: string | undefined; readonly password: string } | undefined;
  /** Default `app_<service>`. */
  readonly schema?: string | undefined;
  /** How long to wait for another migrator of the same schema. Default 60. */
  readonly lockWaitSeconds?: number | undefined;
}

export interface MigrationReport {
  readonly schema: string;
  /** What this run applied, core migrations first, in order. */
  readonly applied: readonly string[];
  /** How many there are in all. */
  readonly total: number;
}

/** A migration failed, or the folder does not continue what was applied before. The message says what to do. */
export class MigrationError extends Error {
  override readonly name = 'MigrationError';
}

/** Kysely's bookkeeping, one table per origin: each list only ever grows at its own end. */
const CORE = {
  migrationTableName: 'core_migration',
  migrationLockTableName: 'core_migration_lock',
};
const OWN = { migrationTableName: 'migration', migrationLockTableName: 'migration_lock' };

/** Tables of the schema that are the migrator's. */
export const bookkeepingTables: readonly string[] = [...Object.values(CORE), ...Object.values(OWN)];

/** A table may be rebuilt for a long time; the server ends nothing here, and the client waits. */
const DDL_TIMEOUT_MS = 6 * 60 * 60 * 1000;

const messageOf = (error: unknown): string =>
  error instanceof Error ? error.message : String(error);

const describeFailure = (
  schema: string,
  files: readonly MigrationFile[],
  results: readonly MigrationResult[] | undefined,
  cause: unknown,
): MigrationError => {
  const failed = results?.find(({ status }) => status === 'Error');
  const file = files.find(({ name }) => name === failed?.migrationName);
  const text =
    file === undefined
      ? `${messageOf(cause)}. Nothing was changed in ${schema}. Applied migrations are never renamed, ` +
        'removed or overtaken: restore the missing file, or give the new one a later time in its name.'
      : `${file.path} failed: ${messageOf(cause)}. MySQL has no transactional DDL, so what the file did before ` +
        `the failing statement stays; the file is not recorded as applied. Compare schema ${schema} with the ` +
        'file, undo or finish by hand what it began, correct the file, and run migrate again. ' +
        'The migrations before it are applied and will not run again.';
  return new MigrationError(text, { cause });
};

const applyFolder = async (
  db: Kysely<unknown>,
  schema: string,
  dir: string,
  bookkeeping: typeof CORE,
): Promise<{ readonly applied: readonly string[]; readonly total: number }> => {
  const files = await listMigrations(dir);
  const migrator = new Migrator({
    db,
    provider: createProvider(files),
    ...bookkeeping,
    nameComparator: (a, b) => (a < b ? -1 : a > b ? 1 : 0),
  });
  const { error, results } = await migrator.migrateToLatest();
  if (error !== undefined) throw describeFailure(schema, files, results, error);
  const applied = (results ?? []).filter(({ status }) => status === 'Success');
  return { applied: applied.map(({ migrationName }) => migrationName), total: files.length };
};

const openAdmin = (admin: AdminConfig): Promise<ConnectionSource> =>
  openSingle(
    { ...parseAddress(admin.addr), user: admin.user, password: admin.password },
    {
      name: 'migrator',
      session: {
        ...sessionDefaults,
        statementTimeoutMs: 0,
        lockWaitSeconds: 60,
        tableLockWaitSeconds: 60,
      },
      connectTimeoutMs: 10_000,
      statementsMax: 10,
    },
  );

/** Runs `work` while no other migrator touches the schema. The lock lives and dies with the one connection that does the work. */
const withLock = async <R>(
  source: ConnectionSource,
  schema: string,
  waitSeconds: number,
  work: () => Promise<R>,
): Promise<R> => {
  const raw = await source.acquire();
  try {
    const { rows } = await runStatement(
      raw,
      'select get_lock(?, ?) as locked',
      [`migrate:${schema}`, waitSeconds],
      {
        prepared: false,
        timeoutMs: (waitSeconds + 10) * 1000,
      },
    );
    if ((rows[0] as { locked: number | null } | undefined)?.locked !== 1) {
      throw new MigrationError(
        `another migrator has been at work on ${schema} for ${waitSeconds} s: wait for it, or see "show processlist" for who holds the lock migrate:${schema}`,
      );
    }
  } finally {
    source.release(raw);
  }
  return await work();
};

/**
 * Brings a service's schema up to date: schema, user, core tables, then the service's own
 * migrations. Safe to run again and by several at once; ending the connection frees the lock.
 * Rejects with a `MigrationError` that says which file failed and what to do.
 */
export const migrate = async (options: MigrateOptions): Promise<MigrationReport> => {
  const schema = options.schema ?? schemaNameOf(options.service);
  const source = await openAdmin(options.adminConfig);
  try {
    return await withLock(source, schema, options.lockWaitSeconds ?? 60, async () => {
      await prepareSchema(source, schema, options.account);
      const db = new Kysely<unknown>({
        dialect: createDialect(source, {
          service: options.service,
          schema,
          prepare: false,
          answerTimeoutMs: DDL_TIMEOUT_MS,
        }),
      });
      const core = await applyFolder(db, schema, coreMigrationsDir(), CORE);
      const own =
        options.migrationsDir === undefined
          ? { applied: [], total: 0 }
          : await applyFolder(db, schema, options.migrationsDir, OWN);
      return { schema, applied: [...core.applied, ...own.applied], total: core.total + own.total };
    });
  } finally {
    await source.end();
  }
};

const prepareSchema = async (
  source: ConnectionSource,
  schema: string,
  account: MigrateOptions['account'],
): Promise<void> => {
  const raw = await source.acquire();
  try {
    await createSchema(raw, schema);
    if (account !== undefined) {
      await grantAccount(raw, schema, { user: account.user ?? schema, password: account.password });
    }
  } catch (cause) {
    throw new MigrationError(
      `schema ${schema} or its user could not be made: ${messageOf(cause)}. The admin user needs CREATE, ` +
        'CREATE USER and the right to grant SELECT, INSERT, UPDATE, DELETE.',
      { cause },
    );
  } finally {
    source.release(raw);
  }
};
