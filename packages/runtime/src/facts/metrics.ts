import { Counter, Gauge, Histogram } from 'prom-client';

/** Every metric of the fact bus. Labels name consumers and facts, never single events. */
export const factMetrics = {
  published: new Counter({
    name: 'app_fact_published_total',
    help: 'Facts that JetStream has stored',
    labelNames: ['fact'],
  }),
  handled: new Counter({
    name: 'app_fact_handled_total',
    help: 'Deliveries by outcome: ok, failed (will be repeated), dead',
    labelNames: ['consumer', 'outcome'],
  }),
  dead: new Counter({
    name: 'app_fact_dead_total',
    help: 'Facts a consumer gave up on; each waits in the dead letters for a person',
    labelNames: ['consumer'],
  }),
  ageSeconds: new Histogram({
    name: 'app_fact_age_seconds',
    help: 'From the moment a fact occurred until a consumer had handled it',
    labelNames: ['consumer'],
    buckets: [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5, 30, 120, 600, 3600],
  }),
  lag: new Gauge({
    name: 'app_fact_consumer_lag',
    help: 'Facts a consumer has still to handle, those in hand included',
    labelNames: ['consumer'],
  }),
};
