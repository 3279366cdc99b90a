import { backoffMs } from '@app/kernel';
import { runWithParent, type FactMessage, type Part } from '@app/runtime';
import type { Database } from '../database.ts';
import type { FactHost } from '../host.ts';
import { createWaker } from '../loop.ts';
import {
  outboxFailures,
  outboxPublished,
  rowsPurged,
  watchOutbox,
  type OutboxBacklog,
} from '../metrics.ts';
import type { CoreTables } from '../tables.ts';
import { openRelayStore, type OutboxRow, type RelayStore } from './relay-store.ts';

export interface RelayOptions {
  /** How often it looks without being poked. Default 500 ms. */
  readonly pollMs?: number;
  /** Facts per round. Default 100. */
  readonly batchSize?: number;
  /** How long published facts are kept. Default 7 days. */
  readonly keepMs?: number;
}

export interface Relay {
  readonly part: Part;
  /** There is something to publish. */
  readonly poke: () => void;
}

const DAY_MS = 24 * 60 * 60 * 1000;
const PURGE_EVERY_MS = 60_000;
const BACKLOG_EVERY_MS = 2_000;
/** Short enough that publication resumes soon after a store's return. */
const PAUSE = { attemptsMax: Infinity, baseMs: 100, capMs: 2_000 };

const toMessage = (row: OutboxRow): FactMessage => ({
  id: row.event_id,
  name: row.fact,
  payload: JSON.parse(row.payload) as unknown,
  occurredAtMs: row.occurred_at.getTime(),
  ...(row.traceparent === null ? {} : { traceparent: row.traceparent }),
  ...(row.request_id === null ? {} : { requestId: row.request_id }),
});

/** One node's relay while it holds a connection; a failure ends it and the loop opens the next. */
class RelayRun {
  backlog: OutboxBacklog | undefined;
  readonly #store: RelayStore;
  readonly #host: FactHost;
  readonly #service: string;
  readonly #batchSize: number;
  readonly #keepMs: number;
  #purgedAtMs = -Infinity;
  #countedAtMs = -Infinity;

  constructor(store: RelayStore, host: FactHost, service: string, options: RelayOptions) {
    this.#store = store;
    this.#host = host;
    this.#service = service;
    this.#batchSize = options.batchSize ?? 100;
    this.#keepMs = options.keepMs ?? 7 * DAY_MS;
  }

  /** Publishes one batch; `true` when there may be more. */
  async round(): Promise<boolean> {
    if (!(await this.#store.lock())) {
      this.backlog = undefined;
      return false;
    }
    const rows = await this.#store.nextBatch(this.#batchSize);
    await this.#count(rows.length < this.#batchSize);
    if (rows.length > 0) await this.#publish(rows);
    if (rows.length < this.#batchSize) this.backlog = { unpublished: 0, oldestAtMs: undefined };
    await this.#purge();
    return rows.length === this.#batchSize;
  }

  /** What waits, when it is worth asking: after a failure, or while there is more than one batch. */
  async #count(drained: boolean): Promise<void> {
    const nowMs = performance.now();
    if (drained && this.backlog !== undefined) return;
    if (nowMs - this.#countedAtMs < BACKLOG_EVERY_MS) return;
    this.#countedAtMs = nowMs;
    this.backlog = await this.#store.backlog();
  }

  /** One after the other: pipelining would reorder when one in the middle fails. */
  async #publish(rows: readonly OutboxRow[]): Promise<void> {
    const published: number[] = [];
    try {
      for (const row of rows) {
        await runWithParent(row.traceparent ?? undefined, () =>
          this.#host.facts.publish(toMessage(row)),
        );
        published.push(row.id);
      }
    } finally {
      if (published.length > 0) {
        await this.#store.markPublished(published, this.#host.clock.nowMs());
        outboxPublished.inc({ service: this.#service }, published.length);
      }
    }
  }

  async #purge(): Promise<void> {
    const nowMs = performance.now();
    if (nowMs - this.#purgedAtMs < PURGE_EVERY_MS) return;
    this.#purgedAtMs = nowMs;
    const removed = await this.#store.purge(this.#host.clock.nowMs() - this.#keepMs);
    rowsPurged.inc({ service: this.#service, table: 'outbox' }, removed);
  }
}

/**
 * Publishes the outbox of a schema in order: poked by each commit here, and looking every 500 ms for
 * the commits of other nodes. At least once: killed between publishing and marking, it publishes
 * again with the same message id. While JetStream or MySQL is down it comes back with jitter, two
 * seconds apart at most, and `app_outbox_oldest_age_seconds` grows.
 */
export const createRelay = <T extends CoreTables>(
  db: Database<T>,
  host: FactHost,
  service: string,
  options: RelayOptions,
): Relay => {
  const pollMs = options.pollMs ?? 500;
  const waker = createWaker();
  const stopped = createWaker();
  let stopping = false;
  let running: Promise<void> | undefined;
  let unwatch: (() => void) | undefined;
  let seen: OutboxBacklog | undefined;
  let failures = 0;
  const isStopping = (): boolean => stopping;

  const work = async (store: RelayStore): Promise<void> => {
    const run = new RelayRun(store, host, service, options);
    try {
      while (!isStopping()) {
        const more = await run.round();
        failures = 0;
        seen = run.backlog;
        if (!more && !isStopping()) await waker.wait(pollMs);
      }
    } catch (error) {
      // What waits is still there, and its age goes on growing in the metrics.
      seen = await store.backlog().catch(() => run.backlog ?? seen);
      throw error;
    } finally {
      await store.close();
    }
  };

  const loop = async (): Promise<void> => {
    while (!isStopping()) {
      try {
        await work(await openRelayStore(db));
      } catch (error) {
        failures += 1;
        outboxFailures.inc({ service });
        host.logger.warn({ err: error, service, failures }, 'outbox relay failed, will try again');
        await stopped.wait(backoffMs(failures, PAUSE, Math.random));
      }
    }
  };

  return {
    poke: () => {
      waker.poke();
    },
    part: {
      name: `outbox relay ${service}`,
      start() {
        stopping = false;
        unwatch = watchOutbox(service, () => seen);
        running = loop();
        return Promise.resolve();
      },
      async stop() {
        stopping = true;
        waker.poke();
        stopped.poke();
        await running;
        unwatch?.();
      },
    },
  };
};
