import { performance } from 'node:perf_hooks';
import { RateLimiterRedis, RateLimiterRes } from 'rate-limiter-flexible';
import type { RedisPart } from './redis.ts';

/** What Redis says after `points` more were counted. */
export interface SharedCount {
  /** How many of the points asked for are inside the limit. */
  readonly granted: number;
  /** How many are left for everybody. */
  readonly remaining: number;
  /** When the window ends, on the monotonic clock of this process; never later than in Redis. */
  readonly endsAt: number;
}

export type CountShared = (key: string, limit: number, points: number) => Promise<SharedCount>;

/**
 * One counter per key and window for all processes, by rate-limiter-flexible. Rejects when Redis is
 * not connected (at once) or does not answer in time.
 */
export const createSharedCount = (
  redis: Pick<RedisPart, 'client'>,
  { windowSeconds, answerTimeoutMs }: { windowSeconds: number; answerTimeoutMs: number },
): CountShared => {
  const limiters = new Map<number, RateLimiterRedis>(); // limits come from configuration: few
  const limiterOf = (limit: number): RateLimiterRedis => {
    let limiter = limiters.get(limit);
    if (limiter === undefined) {
      limiter = new RateLimiterRedis({
        storeClient: redis.client,
        keyPrefix: '', // the key builder made the whole key
        points: limit,
        duration: windowSeconds,
        rejectIfRedisNotReady: true,
      });
      limiters.set(limit, limiter);
    }
    return limiter;
  };

  return async (key, limit, points) => {
    const askedAt = performance.now();
    const answer = await within(answerTimeoutMs, consume(limiterOf(limit), key, points));
    const before = answer.consumedPoints - points;
    return {
      granted: Math.min(Math.max(limit - before, 0), points),
      remaining: Math.max(limit - answer.consumedPoints, 0),
      endsAt: askedAt + answer.msBeforeNext,
    };
  };
};

/** The library throws its answer when the limit is passed; for us that is an answer like any other. */
const consume = async (
  limiter: RateLimiterRedis,
  key: string,
  points: number,
): Promise<RateLimiterRes> => {
  try {
    return await limiter.consume(key, points);
  } catch (thrown) {
    if (thrown instanceof RateLimiterRes) return thrown;
    throw thrown;
  }
};

const within = async <T>(timeoutMs: number, work: Promise<T>): Promise<T> => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${timeoutMs} ms`)), timeoutMs);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
};
