import type { Part } from '@app/runtime';
import { sql } from 'kysely';
import { coreOf } from './core.ts';
import type { Database } from './database.ts';
import type { StoreHost } from './host.ts';
import { createWaker, inBatches } from './loop.ts';
import { rowsPurged } from './metrics.ts';
import type { CoreTables } from './tables.ts';
import { toSqlTime } from './time.ts';

const DAY_MS = 24 * 60 * 60 * 1000;

/**
 * JetStream keeps facts for 7 days and dead letters may be replayed later: an inbox row must outlive
 * every delivery that could still come.
 */
const INBOX_KEEP_MS = 30 * DAY_MS;

/** Removes inbox rows older than 30 days; resolves with how many. */
export const purgeInbox = <T extends CoreTables>(db: Database<T>, nowMs: number): Promise<number> =>
  inBatches(async (limit) => {
    const { numDeletedRows } = await coreOf(db.write)
      .deleteFrom('inbox')
      .where('handled_at', '<', toSqlTime(nowMs - INBOX_KEEP_MS))
      .orderBy('handled_at')
      .limit(limit)
      .executeTakeFirst();
    return Number(numDeletedRows);
  });

/** Removes idempotency keys that ended their time; resolves with how many. */
export const purgeIdempotency = <T extends CoreTables>(
  db: Database<T>,
  keepMs = DAY_MS,
): Promise<number> =>
  inBatches(async (limit) => {
    const { numDeletedRows } = await coreOf(db.write)
      .deleteFrom('idempotency_key')
      // By the database's clock, which also wrote the column.
      .where('created_at', '<', sql<Date>`now(3) - interval ${keepMs * 1000} microsecond`)
      .orderBy('created_at')
      .limit(limit)
      .executeTakeFirst();
    return Number(numDeletedRows);
  });

interface PurgeOptions {
  /** By table: removes what is too old (`inBatches`), resolves with how many rows. */
  readonly tables: Readonly<Record<string, () => Promise<number>>>;
  readonly everyMs?: number;
}

/**
 * Keeps tables from growing for ever. Runs on every node: removing what is already removed does no
 * harm.
 */
export const createPurge = <T extends CoreTables>(
  db: Database<T>,
  host: StoreHost,
  { tables, everyMs = 10 * 60 * 1000 }: PurgeOptions,
): Part => {
  const waker = createWaker();
  const names = Object.keys(tables).join(', ');
  let stopping = false;
  let running: Promise<void> | undefined;
  const isStopping = (): boolean => stopping;

  const sweep = async (): Promise<void> => {
    for (const [table, purge] of Object.entries(tables))
      rowsPurged.inc({ service: db.service, table }, await purge());
  };

  const loop = async (): Promise<void> => {
    while (!isStopping()) {
      // Spread over the nodes, and never in the first second of a start.
      await waker.wait(everyMs * (0.5 + Math.random()));
      if (isStopping()) return;
      await sweep().catch((error: unknown) => {
        host.logger.warn({ err: error, tables: names }, 'housekeeping failed, will try again');
      });
    }
  };

  return {
    name: `housekeeping ${db.schema}: ${names}`,
    start() {
      stopping = false;
      running = loop();
      return Promise.resolve();
    },
    async stop() {
      stopping = true;
      waker.poke();
      await running;
    },
  };
};

/** Housekeeping of the core tables. (The outbox is kept short by its relay.) */
export const createHousekeeping = <T extends CoreTables>(
  db: Database<T>,
  host: StoreHost,
  options: Pick<PurgeOptions, 'everyMs'> = {},
): Part =>
  createPurge(db, host, {
    ...options,
    tables: {
      inbox: () => purgeInbox(db, host.clock.nowMs()),
      idempotency_key: () => purgeIdempotency(db),
    },
  });
