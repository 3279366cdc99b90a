import { Counter, Gauge, Histogram, collectDefaultMetrics, register } from 'prom-client';

/**
 * Every metric of this package. They live in prom-client's default registry, so that one
 * `/metrics` shows all packages. Labels have few values each: never an id.
 */

// From a cached read to the longest deadline.
const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

export const actionDuration = new Histogram({
  name: 'app_action_duration_seconds',
  help: 'Time an action took in the process that owns it',
  labelNames: ['service', 'action', 'outcome'] as const,
  buckets: SECONDS,
});

export const usecaseDuration = new Histogram({
  name: 'app_usecase_duration_seconds',
  help: 'Time a use-case took',
  labelNames: ['service', 'usecase', 'outcome'] as const,
  buckets: SECONDS,
});

export const upstreamDuration = new Histogram({
  name: 'app_upstream_duration_seconds',
  help: 'Time a call to an upstream took, the answer included',
  labelNames: ['upstream', 'operation', 'outcome'] as const,
  buckets: SECONDS,
});

export const upstreamOpen = new Gauge({
  name: 'app_upstream_breaker_open',
  help: '1 while the circuit breaker of an upstream is open',
  labelNames: ['upstream'] as const,
});

export const callRetries = new Counter({
  name: 'app_call_retries_total',
  help: 'Calls to another service that were repeated because it was not reached',
  labelNames: ['action'] as const,
});

export const callFailures = new Counter({
  name: 'app_call_failures_total',
  help: 'Calls that got no answer from the other service',
  labelNames: ['action', 'reason'] as const,
});

interface Countable {
  readonly count: number;
}

const counted = new Set<Countable>();

/** Adds a host's requests to `app_action_in_flight_requests`; several hosts may share a process. */
export const countInFlight = (inFlight: Countable): { readonly stop: () => void } => {
  counted.add(inFlight);
  return { stop: () => void counted.delete(inFlight) };
};

export const actionsInFlight = new Gauge({
  name: 'app_action_in_flight_requests',
  help: 'Actions this process is working on',
  collect() {
    let sum = 0;
    for (const { count } of counted) sum += count;
    this.set(sum);
  },
});

export const hintsSent = new Counter({
  name: 'app_hint_sent_total',
  help: 'Hints broadcast to all nodes',
  labelNames: ['hint', 'outcome'] as const,
});

export const hintsReceived = new Counter({
  name: 'app_hint_received_total',
  help: 'Hints received',
  labelNames: ['hint', 'outcome'] as const,
});

export const natsConnected = new Gauge({
  name: 'app_nats_connected',
  help: '1 while the connection to NATS stands',
});

export const nodesLost = new Counter({
  name: 'app_nodes_lost_total',
  help: 'Other nodes that vanished without saying goodbye',
  labelNames: ['reason'] as const,
});

export const coherentCacheReads = new Counter({
  name: 'app_local_cache_reads_total',
  help: 'Reads of a cache inside the process',
  labelNames: ['cache', 'outcome'] as const,
});

let collecting = false;

/** Event loop lag, garbage collection, memory: once per process, however many hosts it has. */
export const collectProcessMetrics = (): void => {
  if (collecting) return;
  collecting = true;
  collectDefaultMetrics();
};

/** All metrics of this process in the text format of Prometheus. */
export const metricsText = (): Promise<string> => register.metrics();

export const metricsContentType: string = register.contentType;
