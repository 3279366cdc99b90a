import { sql, type Kysely, type Selectable } from 'kysely';
import { sha256Hex } from '@app/kernel';
import type { Database, Session } from '../database.ts';
import { inBatches } from '../loop.ts';
import type { OutboxBacklog } from '../metrics.ts';
import type { CoreTables, OutboxTable } from '../tables.ts';
import { toSqlTime } from '../time.ts';

export type OutboxRow = Pick<
  Selectable<OutboxTable>,
  'id' | 'event_id' | 'fact' | 'payload' | 'occurred_at' | 'traceparent' | 'request_id'
>;

/** What the relay does in the database, all of it on the connection that holds the lock. */
export interface RelayStore {
  /** True while this connection is the one that may publish; tries to become it when it is not. */
  lock(): Promise<boolean>;
  nextBatch(limit: number): Promise<readonly OutboxRow[]>;
  markPublished(ids: readonly number[], atMs: number): Promise<void>;
  backlog(): Promise<OutboxBacklog>;
  /** Removes what was published before; resolves with how many. */
  purge(beforeMs: number): Promise<number>;
  close(): Promise<void>;
}

/** Names of locks have at most 64 characters on MySQL, and are common to all schemas of a server. */
const lockName = (schema: string): string => `outbox:${sha256Hex(schema).slice(0, 40)}`;

/**
 * The server ends the session of a node that vanished without closing its socket (power, network)
 * after so long without a statement; until then nobody else may publish. A live relay polls far
 * more often, and the kernel closes the socket of a killed process at once.
 */
const IDLE_SECONDS = 20;

const BACKLOG_MAX = 10_000;

const countBacklog = async (db: Kysely<CoreTables>): Promise<OutboxBacklog> => {
  const bounded = db
    .selectFrom('outbox')
    .select('id')
    .where('published_at', 'is', null)
    .limit(BACKLOG_MAX)
    .as('waiting');
  const { unpublished } = await db
    .selectFrom(bounded)
    .select((select) => select.fn.countAll<number>().as('unpublished'))
    .executeTakeFirstOrThrow();
  const oldest = await db
    .selectFrom('outbox')
    .select('occurred_at')
    .where('published_at', 'is', null)
    .orderBy('id')
    .limit(1)
    .executeTakeFirst();
  return { unpublished, oldestAtMs: oldest?.occurred_at.getTime() };
};

const createStore = (session: Session, schema: string): RelayStore => {
  const { db } = session;
  let locked = false;
  return {
    async lock() {
      if (locked) return true;
      const { rows } = await sql<{ locked: number | null }>`
        select get_lock(${lockName(schema)}, 0) as locked`.execute(db);
      locked = rows[0]?.locked === 1;
      return locked;
    },
    nextBatch: (limit) =>
      db
        .selectFrom('outbox')
        .select(['id', 'event_id', 'fact', 'payload', 'occurred_at', 'traceparent', 'request_id'])
        .where('published_at', 'is', null)
        .orderBy('id')
        .limit(limit)
        .execute(),
    async markPublished(ids, atMs) {
      await db
        .updateTable('outbox')
        .set({ published_at: toSqlTime(atMs) })
        .where('id', 'in', ids)
        .execute();
    },
    backlog: () => countBacklog(db),
    purge: (beforeMs) =>
      inBatches(async (limit) => {
        const { numDeletedRows } = await db
          .deleteFrom('outbox')
          .where('published_at', '<', toSqlTime(beforeMs))
          .orderBy('published_at')
          .limit(limit)
          .executeTakeFirst();
        return Number(numDeletedRows);
      }),
    close: () => session.close(),
  };
};

/**
 * Why a named lock on a connection of its own, and not `select … for update skip locked`: row locks
 * would keep a transaction open while NATS is waited for, and with `skip locked` a second relay would
 * publish later facts before earlier ones. The lock cannot outlive the connection that reads and
 * marks, so a relay that lost it cannot go on by mistake; a duplicate publication in the moment of a
 * take-over is dropped by message id, and by the consumers' inboxes.
 */
export const openRelayStore = async <T extends CoreTables>(
  db: Database<T>,
): Promise<RelayStore> => {
  const session = await db.openSession({ name: 'outbox relay', idleSeconds: IDLE_SECONDS });
  return createStore(session, db.schema);
};
