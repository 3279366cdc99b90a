import mysql, { type Pool } from 'mysql2';
import { unavailable } from '../errors.ts';
import type { PoolCounts } from '../metrics.ts';
import type { Address } from './address.ts';
import { createPermits } from './permits.ts';
import { prepareSession, type SessionOptions } from './session.ts';
import type { RawConnection } from './statement.ts';

/** Where a connection leads and as whom. */
export interface Endpoint extends Address {
  readonly user: string;
  readonly password: string;
  /** The schema; left out by the migrator before it exists. */
  readonly schema?: string | undefined;
}

export interface PoolOptions {
  readonly name: string;
  readonly endpoint: Endpoint;
  readonly session: SessionOptions;
  readonly size: number;
  readonly queueMax: number;
  readonly acquireTimeoutMs: number;
  readonly connectTimeoutMs: number;
  /** Prepared statements kept per connection. */
  readonly statementsMax: number;
}

/** A connection may be waited for before others, or for a shorter time. */
export interface AcquireOptions {
  readonly urgent?: boolean;
  readonly waitMs?: number;
}

/** Where connections come from: a pool, or one fixed connection. */
export interface ConnectionSource {
  /** Rejects with `SERVICE_UNAVAILABLE` when none is free in time or the server is not reachable. */
  acquire(options?: AcquireOptions): Promise<RawConnection>;
  release(raw: RawConnection): void;
  /** Gives back a connection that must not be used again. */
  discard(raw: RawConnection): void;
  end(): Promise<void>;
}

export interface ConnectionPool extends ConnectionSource {
  counts(): PoolCounts;
}

const DRAIN_MS = 5_000;
const CLOSE_MS = 2_000;

/** What mysql2 has to be told so that values arrive as `time.ts` and `numbers.ts` promise. */
const connectionOptions = (
  endpoint: Endpoint,
  options: Pick<PoolOptions, 'connectTimeoutMs' | 'statementsMax'>,
) => ({
  host: endpoint.host,
  port: endpoint.port,
  user: endpoint.user,
  password: endpoint.password,
  ...(endpoint.schema === undefined ? {} : { database: endpoint.schema }),
  connectTimeout: options.connectTimeoutMs,
  maxPreparedStatements: options.statementsMax,
  timezone: 'Z',
  // A calendar day has no time zone: text, not a moment.
  dateStrings: ['DATE' as const],
  supportBigNumbers: true,
  // MariaDB gives JSON columns as text; with this MySQL does too.
  jsonStrings: true,
  stringifyObjects: true,
  multipleStatements: false,
  enableKeepAlive: true,
  keepAliveInitialDelay: 10_000,
  // The server may ask the client for a file with this capability; nobody here sends files.
  flags: ['-LOCAL_FILES'],
});

const getConnection = (pool: Pool): Promise<RawConnection> =>
  new Promise((resolve, reject) => {
    pool.getConnection((error, connection) => {
      if (error === null) resolve(connection);
      else reject(error);
    });
  });

const cannotConnect = (name: string, endpoint: Endpoint, cause: unknown): Error =>
  unavailable(
    `mysql ${name}: no connection to ${endpoint.host}:${endpoint.port} as ${endpoint.user}: ${cause instanceof Error ? cause.message : String(cause)}`,
    { reason: 'connect', outcome: 'not_done', cause },
  );

/** Waits for `work`, but no longer than so. */
const within = async (work: Promise<unknown>, ms: number): Promise<boolean> => {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<boolean>((resolve) => {
    timer = setTimeout(resolve, ms, false);
  });
  try {
    return await Promise.race([work.then(() => true), timeout]);
  } finally {
    clearTimeout(timer);
  }
};

/**
 * mysql2's pool with what it lacks in front: a bounded queue with a deadline, and a session that is
 * set up before the first use. A connection the server closed leaves the pool at once; the next use
 * opens a new one, so the pool needs no restart when the server had one.
 */
export const createConnectionPool = (options: PoolOptions): ConnectionPool => {
  const { name, endpoint } = options;
  const permits = createPermits({
    name: `pool "${name}"`,
    limit: options.size,
    queueMax: options.queueMax,
    waitMaxMs: options.acquireTimeoutMs,
  });
  const pool = mysql.createPool({
    ...connectionOptions(endpoint, options),
    connectionLimit: options.size,
    maxIdle: options.size,
  });
  const open = new Set<RawConnection>();
  const ready = new WeakSet<RawConnection>();
  let drained: (() => void) | undefined;

  pool.on('connection', (raw: RawConnection) => {
    open.add(raw);
    // For good, not once: mysql2 may report a dead connection twice, and an unheard error ends the process.
    raw.on('error', () => open.delete(raw));
    raw.on('end', () => open.delete(raw));
  });

  const giveBack = (): void => {
    permits.give();
    if (permits.taken === 0) drained?.();
  };

  const destroy = (raw: RawConnection): void => {
    open.delete(raw);
    raw.destroy();
  };

  const connect = async (): Promise<RawConnection> => {
    const raw = await getConnection(pool);
    if (ready.has(raw)) return raw;
    try {
      await prepareSession(raw, options.session);
    } catch (error) {
      destroy(raw);
      throw error;
    }
    ready.add(raw);
    return raw;
  };

  return {
    async acquire(acquireOptions) {
      await permits.take(acquireOptions);
      try {
        return await connect();
      } catch (error) {
        giveBack();
        throw cannotConnect(name, endpoint, error);
      }
    },
    release(raw) {
      raw.release();
      giveBack();
    },
    discard(raw) {
      destroy(raw);
      giveBack();
    },
    counts: () => ({
      busy: permits.taken,
      idle: Math.max(open.size - permits.taken, 0),
      waiting: permits.waiting,
    }),
    async end() {
      permits.close();
      if (permits.taken > 0) {
        await within(new Promise<void>((resolve) => (drained = resolve)), DRAIN_MS);
      }
      const ended = new Promise<void>((resolve) => {
        pool.end(() => {
          resolve();
        });
      });
      if (!(await within(ended, CLOSE_MS))) for (const raw of open) destroy(raw);
    },
  };
};

/**
 * One connection outside any pool, for what lives as long as a session: named locks. When it
 * breaks it stays broken; whoever holds it opens another.
 */
export const openSingle = async (
  endpoint: Endpoint,
  options: Pick<PoolOptions, 'name' | 'session' | 'connectTimeoutMs' | 'statementsMax'>,
): Promise<ConnectionSource> => {
  const source = createConnectionPool({
    ...options,
    endpoint,
    size: 1,
    queueMax: 100,
    acquireTimeoutMs: 60_000,
  });
  const raw = await source.acquire();
  let broken = false;
  raw.on('error', () => (broken = true));
  raw.on('end', () => (broken = true));
  const gate = createPermits({ name: options.name, limit: 1, queueMax: 100, waitMaxMs: 60_000 });
  return {
    async acquire() {
      await gate.take();
      if (!broken) return raw;
      gate.give();
      throw unavailable(`mysql ${options.name}: the connection is lost`, {
        reason: 'connect',
        outcome: 'not_done',
      });
    },
    release() {
      gate.give();
    },
    discard() {
      broken = true;
      raw.destroy();
      gate.give();
    },
    async end() {
      gate.close();
      if (broken) source.discard(raw);
      else source.release(raw);
      await source.end();
    },
  };
};
