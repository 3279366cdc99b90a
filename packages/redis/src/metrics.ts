import { Counter } from 'prom-client';

/** Every metric of this package. */
export const connectionsLost = new Counter({
  name: 'app_redis_connections_lost_total',
  help: 'How often the connection to Redis broke',
  labelNames: ['role'] as const,
});

export const lockAttempts = new Counter({
  name: 'app_redis_lock_attempts_total',
  help: 'Attempts to take a fenced lock: acquired or busy; lost counts leases that ended before their work did',
  labelNames: ['service', 'outcome'] as const,
});

export const rateLimitTakes = new Counter({
  name: 'app_rate_limit_takes_total',
  help: 'Requests counted against a rate limit: allowed or refused',
  labelNames: ['class', 'outcome'] as const,
});

export const rateLimitLocal = new Counter({
  name: 'app_rate_limit_local_total',
  help: 'Requests that were counted in this process alone because Redis did not answer',
  labelNames: ['class'] as const,
});
