import { setTimeout as pause } from 'node:timers/promises';
import type { Part } from '@app/runtime';
import { Kysely, type Transaction } from 'kysely';
import { toStoreSettings, type MysqlConfig, type StoreSettings } from './config.ts';
import { createDialect } from './dialect/dialect.ts';
import type { DriverOptions } from './dialect/connection.ts';
import type { StoreHost } from './host.ts';
import { watchPool } from './metrics.ts';
import { createConnectionPool, openSingle, type ConnectionPool } from './pool/pool.ts';
import { sessionDefaults } from './pool/session.ts';
import { runStatement } from './pool/statement.ts';
import type { CoreTables } from './tables.ts';
import { createTransactionRunner } from './transaction.ts';

/**
 * A service's schema.
 *
 * Which of the two to read from: `write` (the primary) for everything that decides something and
 * for whatever must see what this request or the one before it wrote; `read` only where an answer
 * that lags a second is as good (lists, reports, public pages). Without `MYSQL_READ_ADDR` they are
 * the same.
 */
export interface Database<T extends CoreTables = CoreTables> extends Part {
  readonly service: string;
  readonly schema: string;
  readonly write: Kysely<T>;
  readonly read: Kysely<T>;
  /**
   * Commits when `work` resolves, rolls back when it rejects. `work` may run several times, so it
   * must have no effect outside of `tx` and make no remote call. READ COMMITTED.
   *
   * Fails with `SERVICE_UNAVAILABLE`: `data.outcome` is `not_done`, or `unknown` when the answer to
   * COMMIT got lost (see `isOutcomeUnknown`).
   */
  transaction<R>(work: (tx: Transaction<T>) => Promise<R>): Promise<R>;
  /** A connection to the primary outside of the pools, for a lock that lives as long as a session. */
  openSession(options: SessionRequest): Promise<Session>;
  /** Rejects within about a second with what is wrong when the store cannot be used right now. */
  check(): Promise<void>;
}

export interface SessionRequest {
  /** For messages. */
  readonly name: string;
  /** The server ends the session, and frees its locks, after so long without a statement. */
  readonly idleSeconds: number;
}

/** A dedicated connection. Once it broke every statement fails; open another. */
export interface Session {
  readonly db: Kysely<CoreTables>;
  close(): Promise<void>;
}

export interface DatabaseOptions {
  readonly host: StoreHost;
  readonly service: string;
  /** Told every statement before it runs (with placeholders), for SQL snapshots. */
  readonly onStatement?: (sql: string) => void;
}

const CHECK_MS = 1_000;
const START_ATTEMPTS_MAX = 20;
const START_PAUSE_MS = 500;
/** The server's limit comes first, so that a slow statement ends without costing its connection. */
const ANSWER_GRACE_MS = 1_000;

const checkPool = async (pool: ConnectionPool): Promise<void> => {
  const raw = await pool.acquire({ urgent: true, waitMs: CHECK_MS });
  try {
    await runStatement(raw, 'select 1', [], { prepared: false, timeoutMs: CHECK_MS });
  } catch (error) {
    pool.discard(raw);
    throw error;
  }
  pool.release(raw);
};

/** Retries while the server comes up with us; then says what is wrong. */
const awaitStore = async (check: () => Promise<void>, { logger }: StoreHost): Promise<void> => {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await check();
      return;
    } catch (error) {
      if (attempt >= START_ATTEMPTS_MAX) throw error;
      logger.warn({ err: error, attempt }, 'mysql is not reachable yet');
      await pause(START_PAUSE_MS);
    }
  }
};

interface Pools {
  readonly write: ConnectionPool;
  readonly read: ConnectionPool;
  readonly all: readonly ConnectionPool[];
}

const openPools = (settings: StoreSettings): Pools => {
  const write = createConnectionPool(settings.write);
  if (settings.read === undefined) return { write, read: write, all: [write] };
  const read = createConnectionPool(settings.read);
  return { write, read, all: [write, read] };
};

const watchPools = (service: string, pools: Pools): (() => void) => {
  const unwatch = pools.all.map((pool) =>
    watchPool({
      service,
      pool: pool === pools.write ? 'write' : 'read',
      counts: () => pool.counts(),
    }),
  );
  return () => {
    for (const stop of unwatch) stop();
  };
};

const openSession = async (
  settings: StoreSettings,
  driver: DriverOptions,
  { name, idleSeconds }: SessionRequest,
): Promise<Session> => {
  const source = await openSingle(settings.write.endpoint, {
    ...settings.write,
    name,
    session: { ...sessionDefaults, statementTimeoutMs: settings.statementTimeoutMs, idleSeconds },
  });
  return {
    db: new Kysely<CoreTables>({ dialect: createDialect(source, driver) }),
    close: () => source.end(),
  };
};

/**
 * The pools of a service. Connections are opened when they are first needed; `start` waits up to
 * ten seconds for the server. A server that restarts needs no restart of the service.
 */
export const createDatabase = <T extends CoreTables>(
  config: MysqlConfig,
  { host, service, onStatement }: DatabaseOptions,
): Database<T> => {
  const settings = toStoreSettings(config, service);
  const pools = openPools(settings);
  const driver: DriverOptions = {
    service,
    schema: settings.schema,
    prepare: true,
    answerTimeoutMs: settings.statementTimeoutMs + ANSWER_GRACE_MS,
    onStatement,
  };
  const write = new Kysely<T>({ dialect: createDialect(pools.write, driver) });
  const read =
    pools.read === pools.write
      ? write
      : new Kysely<T>({ dialect: createDialect(pools.read, driver) });
  const check = async (): Promise<void> => {
    await Promise.all(pools.all.map(checkPool));
  };
  let unwatch: (() => void) | undefined;

  return {
    name: `mysql ${settings.schema}`,
    service,
    schema: settings.schema,
    write,
    read,
    transaction: createTransactionRunner(write, { service, logger: host.logger }),
    openSession: (request) => openSession(settings, driver, request),
    check,
    async start() {
      await awaitStore(check, host);
      unwatch = watchPools(service, pools);
    },
    async stop() {
      unwatch?.();
      await Promise.all(pools.all.map((pool) => pool.end()));
    },
  };
};
