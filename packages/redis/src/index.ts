export { redisKeys, type RedisConfig } from './config.ts';
export { createRedis, type CreateRedisOptions, type RedisPart, type RedisRole } from './redis.ts';
export { createKeys, keyPart, type Keys } from './keys.ts';
export { defineScript, loadScripts, type RunScript, type Script } from './script.ts';
export { createFencedLock, type FencedLock, type Lease } from './fenced-lock.ts';
export {
  createRateLimiter,
  type RateLimiter,
  type RateLimiterOptions,
  type RateVerdict,
} from './rate-limiter.ts';
