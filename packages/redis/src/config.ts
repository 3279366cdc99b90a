import { integer, optional, secret, text } from '@app/runtime';

const ADDRESS = /^(\[[0-9A-Fa-f:.]+\]|[^:\s/@]+):\d{1,5}$/;

/** The environment keys of everything that speaks to Redis. */
export const redisKeys = {
  redisAddr: text('REDIS_ADDR', {
    doc: 'Redis for values that can be computed again, host:port; it may evict',
    default: '127.0.0.1:6379',
    pattern: ADDRESS,
  }),
  redisQueueAddr: optional(
    text('REDIS_QUEUE_ADDR', {
      doc: 'Redis for jobs, locks and counters, host:port; maxmemory-policy must be noeviction. Default: REDIS_ADDR',
      pattern: ADDRESS,
    }),
  ),
  redisPass: optional(
    secret('REDIS_PASS', { doc: 'Password of both Redis instances', minLength: 16 }),
  ),
  redisCommandTimeoutMs: integer('REDIS_COMMAND_TIMEOUT_MS', {
    doc: 'How long one command may take before its caller is told that Redis is unavailable',
    default: 1000,
    min: 50,
    max: 10_000,
    unit: 'ms',
  }),
};

/** What `readConfig` makes of `redisKeys`. */
export interface RedisConfig {
  readonly redisAddr: string;
  readonly redisQueueAddr?: string | undefined;
  readonly redisPass?: string | undefined;
  readonly redisCommandTimeoutMs: number;
}
