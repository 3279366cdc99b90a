import { Counter, Gauge, Histogram } from 'prom-client';

/**
 * Every metric of this package. `service` tells apart the services that share a process; labels
 * never carry ids.
 */

/** What a pool tells when it is asked. */
export interface PoolCounts {
  readonly busy: number;
  readonly idle: number;
  readonly waiting: number;
}

interface WatchedPool {
  readonly service: string;
  readonly pool: string;
  readonly counts: () => PoolCounts;
}

const pools = new Set<WatchedPool>();

/** Shows a pool in the metrics until the returned function is called. */
export const watchPool = (watched: WatchedPool): (() => void) => {
  pools.add(watched);
  return () => {
    pools.delete(watched);
  };
};

export const poolConnections = new Gauge({
  name: 'app_mysql_pool_connections',
  help: 'Connections in use and idle, and requests that wait for one',
  labelNames: ['service', 'pool', 'state'] as const,
  collect() {
    this.reset();
    for (const { service, pool, counts } of pools) {
      for (const [state, count] of Object.entries(counts())) {
        this.inc({ service, pool, state }, count as number);
      }
    }
  },
});

export const statementDuration = new Histogram({
  name: 'app_mysql_statement_duration_seconds',
  help: 'Time a statement took, without the wait for a connection',
  labelNames: ['service', 'kind'] as const,
  buckets: [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5],
});

export const transactionRetries = new Counter({
  name: 'app_mysql_transaction_retries_total',
  help: 'Transactions that were run again: deadlock or lock wait (contention), connection lost before commit',
  labelNames: ['service', 'reason'] as const,
});

export const outcomesUnknown = new Counter({
  name: 'app_mysql_outcome_unknown_total',
  help: 'Commits and single writes whose answer got lost',
  labelNames: ['service'] as const,
});

/** What waits in an outbox, as its relay last saw it. */
export interface OutboxBacklog {
  readonly unpublished: number;
  /** When the oldest of them happened; `undefined` when none waits. */
  readonly oldestAtMs: number | undefined;
}

const outboxes = new Map<string, () => OutboxBacklog | undefined>();

/** Shows an outbox in the metrics until the returned function is called. */
export const watchOutbox = (
  service: string,
  backlog: () => OutboxBacklog | undefined,
): (() => void) => {
  outboxes.set(service, backlog);
  return () => {
    if (outboxes.get(service) === backlog) outboxes.delete(service);
  };
};

export const outboxUnpublished = new Gauge({
  name: 'app_outbox_unpublished',
  help: 'Facts that wait to be published (counted to 10,000), on the node that relays',
  labelNames: ['service'] as const,
  collect() {
    this.reset();
    for (const [service, backlog] of outboxes) {
      const seen = backlog();
      if (seen !== undefined) this.set({ service }, seen.unpublished);
    }
  },
});

export const outboxOldestAge = new Gauge({
  name: 'app_outbox_oldest_age_seconds',
  help: 'Age of the oldest fact that waits to be published; grows while JetStream is down',
  labelNames: ['service'] as const,
  collect() {
    this.reset();
    for (const [service, backlog] of outboxes) {
      const seen = backlog();
      if (seen === undefined) continue;
      const ageMs = seen.oldestAtMs === undefined ? 0 : Date.now() - seen.oldestAtMs;
      this.set({ service }, Math.max(ageMs, 0) / 1000);
    }
  },
});

export const outboxPublished = new Counter({
  name: 'app_outbox_published_total',
  help: 'Facts published',
  labelNames: ['service'] as const,
});

export const outboxFailures = new Counter({
  name: 'app_outbox_relay_failures_total',
  help: 'Rounds of the relay that failed',
  labelNames: ['service'] as const,
});

export const idempotencyOutcomes = new Counter({
  name: 'app_idempotency_requests_total',
  help: 'Requests with an Idempotency-Key by what became of them',
  labelNames: ['service', 'outcome'] as const,
});

export const rowsPurged = new Counter({
  name: 'app_mysql_purged_rows_total',
  help: 'Rows removed because of their age',
  labelNames: ['service', 'table'] as const,
});
