import { performance } from 'node:perf_hooks';
import { assert } from '@app/kernel';
import { createKeys, keyPart } from './keys.ts';
import { createLocalLimit } from './local-limit.ts';
import { rateLimitLocal, rateLimitTakes } from './metrics.ts';
import type { RedisPart } from './redis.ts';
import { createSharedCount, type SharedCount } from './shared-count.ts';
import { createWindowStore } from './window-store.ts';

export interface RateVerdict {
  readonly allowed: boolean;
  readonly limit: number;
  /** How many more are allowed until the window ends, as far as this process knows. */
  readonly remaining: number;
  /** Seconds until the window ends, at least 1: come back then and you are let in. */
  readonly retryAfterSeconds: number;
}

export interface RateLimiter {
  /**
   * Counts one request of `key` (a user id, an IP address) in `rateClass`. Never rejects: without
   * Redis it counts in this process.
   */
  take(rateClass: string, key: string, limitPerMinute: number): Promise<RateVerdict>;
}

export interface RateLimiterOptions {
  /** Whose Redis keys the counters are, for example `gateway`. */
  readonly service: string;
  /**
   * Classes that guard something precious: without Redis each process allows only its share of
   * the limit, so that all of them together stay near it. Default `auth` and `code`. The others
   * get the full limit in each process.
   */
  readonly strictClasses?: readonly string[];
  /** By how many the limit of a strict class is divided; default 4. */
  readonly processesExpected?: number;
  /** Default 60. Shorter only in tests. */
  readonly windowSeconds?: number;
  /** A slower Redis is treated as absent; default 250. */
  readonly answerTimeoutMs?: number;
  /** Windows kept in memory; default 50 000. */
  readonly windowsMax?: number;
}

/** After Redis failed, this long nobody waits for it again. */
const LOCAL_FOR_MS = 1000;
/** Three processes that each hold an unused part of a lease cost 1 % of the limit at most. */
const LEASES_PER_LIMIT = 300;

interface SharedWindow {
  readonly id: string;
  readonly key: string;
  readonly rateClass: string;
  readonly limit: number;
  endsAt: number;
  /** Points Redis has counted for this process that nobody used yet. */
  leased: number;
  /** Points left for everybody when Redis was last asked. */
  remaining: number;
  isAsking: boolean;
  isSpent: boolean;
  waiting: ((verdict: RateVerdict) => void)[];
}

const NOT_YET_KNOWN = Number.POSITIVE_INFINITY;

/**
 * A limit per class and key in fixed one-minute windows, shared by all processes through Redis.
 *
 * The count itself is rate-limiter-flexible's. In front of it stands what a hot path needs: requests
 * of one key that wait at the same time are counted by one command, a large limit is drawn in
 * small leases (1/300 of it; limits under 600 are exact), and a key known to be over its limit is
 * refused from memory. Never more than the limit is allowed while Redis answers.
 */
export const createRateLimiter = (
  redis: Pick<RedisPart, 'client' | 'role'>,
  options: RateLimiterOptions,
): RateLimiter => {
  assert(redis.role === 'queue', 'counters live on the Redis of role queue, which does not evict');
  const { windowSeconds = 60, processesExpected = 4, windowsMax = 50_000 } = options;
  const strict = new Set(options.strictClasses ?? ['auth', 'code']);
  const keys = createKeys(options.service);
  const count = createSharedCount(redis, {
    windowSeconds,
    answerTimeoutMs: options.answerTimeoutMs ?? 250,
  });
  const windows = createWindowStore<SharedWindow>(windowsMax);
  const countLocally = createLocalLimit({ windowMs: windowSeconds * 1000, windowsMax });
  let localUntil = 0;

  const verdict = (window: SharedWindow, allowed: boolean, now: number): RateVerdict => {
    rateLimitTakes.inc({ class: window.rateClass, outcome: allowed ? 'allowed' : 'refused' });
    return {
      allowed,
      limit: window.limit,
      remaining: allowed ? Math.min(window.remaining + window.leased, window.limit) : 0,
      retryAfterSeconds: secondsUntil(window.endsAt, now, windowSeconds),
    };
  };

  const takeLocally = (window: SharedWindow, now: number): RateVerdict => {
    const { id, rateClass, limit } = window;
    const share = strict.has(rateClass)
      ? Math.max(1, Math.floor(limit / processesExpected))
      : limit;
    const local = countLocally(id, share, now);
    rateLimitLocal.inc({ class: rateClass });
    rateLimitTakes.inc({ class: rateClass, outcome: local.allowed ? 'allowed' : 'refused' });
    return {
      allowed: local.allowed,
      limit,
      remaining: local.remaining,
      retryAfterSeconds: secondsUntil(local.endsAt, now, windowSeconds),
    };
  };

  /** From memory if it can be said: a lease in hand, or a window known to be spent. */
  const answer = (window: SharedWindow, now: number): RateVerdict | undefined => {
    if (window.endsAt <= now) return undefined;
    if (window.leased > 0) {
      window.leased -= 1;
      return verdict(window, true, now);
    }
    return window.isSpent ? verdict(window, false, now) : undefined;
  };

  const apply = (window: SharedWindow, shared: SharedCount): void => {
    window.endsAt = shared.endsAt;
    window.leased = shared.granted;
    window.remaining = shared.remaining;
    window.isSpent = shared.remaining === 0;
  };

  /** Asks Redis once for everybody who waits, again while more have come meanwhile. */
  const ask = async (window: SharedWindow): Promise<void> => {
    while (window.waiting.length > 0) {
      const batch = window.waiting;
      window.waiting = [];
      const points = Math.max(Math.floor(window.limit / LEASES_PER_LIMIT), batch.length);
      try {
        apply(window, await count(window.key, window.limit, points));
        const now = performance.now();
        for (const resolve of batch) {
          // The points were granted to this very batch, even if the window ends this moment.
          const allowed = window.leased > 0;
          if (allowed) window.leased -= 1;
          resolve(verdict(window, allowed, now));
        }
      } catch {
        const now = performance.now();
        localUntil = now + LOCAL_FOR_MS;
        for (const resolve of batch) resolve(takeLocally(window, now));
        if (window.endsAt === NOT_YET_KNOWN) window.endsAt = 0;
      }
      window.waiting = window.waiting.filter((resolve) => {
        const now = performance.now();
        const known =
          answer(window, now) ?? (now < localUntil ? takeLocally(window, now) : undefined);
        if (known !== undefined) resolve(known);
        return known === undefined;
      });
    }
    window.isAsking = false;
  };

  const windowOf = (rateClass: string, key: string, limit: number, now: number): SharedWindow => {
    const id = `${rateClass}\n${key}`;
    const present = windows.get(id, now);
    if (present?.limit === limit) return present;
    assert(
      Number.isInteger(limit) && limit > 0,
      `a rate limit is a positive integer, got ${limit}`,
    );
    const window: SharedWindow = {
      id,
      key: keys('rate', rateClass, keyPart(key)),
      rateClass,
      limit,
      endsAt: NOT_YET_KNOWN,
      leased: 0,
      remaining: limit,
      isAsking: false,
      isSpent: false,
      waiting: [],
    };
    windows.set(id, window, now);
    return window;
  };

  return {
    async take(rateClass, key, limitPerMinute) {
      const now = performance.now();
      const window = windowOf(rateClass, key, limitPerMinute, now);
      const known = window.isAsking ? undefined : answer(window, now);
      if (known !== undefined) return known;
      if (now < localUntil) {
        if (window.endsAt === NOT_YET_KNOWN && !window.isAsking) window.endsAt = now;
        return takeLocally(window, now);
      }
      return new Promise((resolve) => {
        window.waiting.push(resolve);
        if (window.isAsking) return;
        window.isAsking = true;
        // At the end of this tick: requests that arrived together are counted together.
        queueMicrotask(() => void ask(window));
      });
    },
  };
};

const secondsUntil = (endsAt: number, now: number, windowSeconds: number): number =>
  Math.min(Math.max(Math.ceil((endsAt - now) / 1000), 1), windowSeconds);
