import { Gauge, Histogram } from 'prom-client';

/** Every metric of the gateway. Labels have few values each: routes are patterns, never paths. */

export const httpRequestDuration = new Histogram({
  name: 'app_http_request_duration_seconds',
  help: 'Time from the request line to the written answer',
  labelNames: ['method', 'route', 'status_class'] as const,
  buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
});

const counters = new Set<{ readonly inFlight: number }>();

/** Shows the requests in flight of this gateway; of several in one process the sum. */
export const watchInFlight = (gateway: { readonly inFlight: number }): void => {
  counters.add(gateway);
};

export const httpInFlight = new Gauge({
  name: 'app_http_in_flight_requests',
  help: 'Requests being worked on, probes and callbacks not counted',
  collect() {
    this.set(
      Array.from(counters, ({ inFlight }) => inFlight).reduce((sum, count) => sum + count, 0),
    );
  },
});

export const routesKnown = new Gauge({
  name: 'app_http_known_routes',
  help: 'Routes in the table, those of services that are down included',
});

export const revocationsKnown = new Gauge({
  name: 'app_http_known_revocations',
  help: 'Revoked sessions and users that this gateway refuses',
});
