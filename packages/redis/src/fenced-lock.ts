import { randomUUID } from 'node:crypto';
import { performance } from 'node:perf_hooks';
import { setTimeout as pause } from 'node:timers/promises';
import { DomainError, assert } from '@app/kernel';
import { acquire, extend, release } from './fenced-lock-scripts.ts';
import { createKeys } from './keys.ts';
import { lockAttempts } from './metrics.ts';
import type { RedisPart } from './redis.ts';
import { loadScripts, type RunScript } from './script.ts';

/** A lock that is held for a while. */
export interface Lease {
  /**
   * Greater than that of every earlier holder of this name. Store it with what the lock protects
   * and refuse a smaller one: a holder that was paused past its lease is then harmless.
   */
  readonly fence: number;
  /** Aborts no later than the lease ends in Redis, unless it was extended or released before. */
  readonly lost: AbortSignal;
  /**
   * The lease runs on for its full length from now. `false` (and `lost`) when it had ended already.
   * Rejects when Redis does not answer; the lease may still be held then, until `lost` says not.
   */
  extend(): Promise<boolean>;
  /** Lets the next one in. `false` when it was not ours any more; repeating it does no harm. */
  release(): Promise<boolean>;
}

export interface FencedLock {
  /** One attempt, no waiting: `null` when somebody holds it. Rejects when Redis does not answer. */
  acquire(name: string, options: { readonly ttlMs: number }): Promise<Lease | null>;
  /**
   * Runs `work` while holding the lock, extending the lease as long as it takes, and releases it
   * after. Waits at most `waitMs` for the lock, then throws SERVICE_UNAVAILABLE.
   */
  withLock<T>(
    name: string,
    options: { readonly ttlMs: number; readonly waitMs: number },
    work: (lease: Lease) => Promise<T>,
  ): Promise<T>;
}

/** The fence is remembered this long after the last lease; later the clock alone keeps it growing. */
const REMEMBER_FENCE_MS = 24 * 60 * 60 * 1000;

/**
 * Locks that many nodes compete for. They make work rare (one sweeper at a time), they do not make
 * it safe: a pause or a wiped Redis can let two holders run at once, and then the fence decides.
 *
 * The fence never goes back, not even when Redis loses everything: its floor is Redis's clock in
 * microseconds. The one limit: a wipe together with a clock that is set back.
 */
export const createFencedLock = (
  redis: Pick<RedisPart, 'client' | 'role'>,
  service: string,
): FencedLock => {
  assert(redis.role === 'queue', 'locks live on the Redis of role queue, which does not evict');
  const keys = createKeys(service);
  const scripts = loadScripts(redis, { acquire, extend, release });

  const attempt = async (name: string, ttlMs: number): Promise<Lease | { freeInMs: number }> => {
    assert(Number.isInteger(ttlMs) && ttlMs >= 10, `a lease lasts at least 10 ms, got ${ttlMs}`);
    const [key, token, askedAt] = [keys('lock', name), randomUUID(), performance.now()];
    const reply = await scripts.acquire([key], [token, ttlMs, REMEMBER_FENCE_MS]);
    const [fence = 0, freeInMs = 0] = reply as number[];
    lockAttempts.inc({ service, outcome: fence === 0 ? 'busy' : 'acquired' });
    return fence === 0
      ? { freeInMs }
      : createLease({ key, token, ttlMs, fence, askedAt, service, ...scripts });
  };

  const waitFor = async (name: string, ttlMs: number, waitMs: number): Promise<Lease> => {
    const giveUpAt = performance.now() + waitMs;
    for (let pauseMs = 10; ; pauseMs = Math.min(pauseMs * 2, 200)) {
      const result = await attempt(name, ttlMs);
      if ('fence' in result) return result;
      const leftMs = giveUpAt - performance.now();
      if (leftMs <= 0) {
        throw new DomainError('SERVICE_UNAVAILABLE', 'unavailable', {
          message: `lock ${service}/${name} was not free within ${waitMs} ms`,
        });
      }
      const spreadMs = Math.min(pauseMs, result.freeInMs) * (0.5 + Math.random() / 2);
      await pause(Math.max(1, Math.min(spreadMs, leftMs)));
    }
  };

  return {
    async acquire(name, { ttlMs }) {
      const result = await attempt(name, ttlMs);
      return 'fence' in result ? result : null;
    },
    async withLock(name, { ttlMs, waitMs }, work) {
      const lease = await waitFor(name, ttlMs, waitMs);
      // Twice a chance to miss one before the lease ends; a failure shows itself in `lost`.
      const keeper = setInterval(() => void lease.extend().catch(() => false), ttlMs / 3);
      keeper.unref();
      lease.lost.addEventListener('abort', () => clearInterval(keeper));
      try {
        return await work(lease);
      } finally {
        clearInterval(keeper);
        await lease.release().catch(() => false); // it ends by itself
      }
    },
  };
};

interface LeaseState {
  readonly key: string;
  readonly token: string;
  readonly ttlMs: number;
  readonly fence: number;
  readonly askedAt: number;
  readonly service: string;
  readonly extend: RunScript;
  readonly release: RunScript;
}

const createLease = (state: LeaseState): Lease => {
  const { key, token, ttlMs, fence, service } = state;
  const controller = new AbortController();
  let isOver = false;
  const hasEnded = (): boolean => isOver;
  let timer: NodeJS.Timeout | undefined;
  const lose = (): void => {
    if (isOver) return;
    isOver = true;
    clearTimeout(timer);
    lockAttempts.inc({ service, outcome: 'lost' });
    controller.abort(new Error(`the lease of ${key} ended`));
  };
  // Counted from before the question was sent, so that we stop believing before Redis does.
  const believeUntil = (endsAt: number): void => {
    clearTimeout(timer);
    timer = setTimeout(lose, Math.max(0, endsAt - performance.now()));
    timer.unref();
  };
  believeUntil(state.askedAt + ttlMs);

  return {
    fence,
    lost: controller.signal,
    async extend() {
      if (hasEnded()) return false;
      const askedAt = performance.now();
      const isHeld = (await state.extend([key], [token, ttlMs, REMEMBER_FENCE_MS])) === 1;
      if (hasEnded()) return false;
      if (isHeld) believeUntil(askedAt + ttlMs);
      else lose();
      return isHeld;
    },
    async release() {
      isOver = true;
      clearTimeout(timer);
      return (await state.release([key], [token])) === 1;
    },
  };
};
