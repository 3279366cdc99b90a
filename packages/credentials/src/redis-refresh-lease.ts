import { DomainError } from '@app/kernel';
import { createFencedLock, type RedisPart } from '@app/redis';
import { redisUnavailable } from './errors.ts';
import type { RefreshLease } from './ports.ts';

export interface RedisRefreshLeaseDeps {
  /** The instance that does not evict. */
  readonly redis: RedisPart;
  readonly service: string;
  readonly noun: string;
}

/** Extended while the work runs, so its length only decides how long a dead node blocks the others. */
const LEASE_MS = 3000;
/** Below what callers of actions wait (5 s). */
const WAIT_MS = 4500;

/** One lock per id: `<service>:lock:refresh-<noun>-<id>`. */
export const createRedisRefreshLease = ({
  redis,
  service,
  noun,
}: RedisRefreshLeaseDeps): RefreshLease => {
  const lock = createFencedLock(redis, service);
  return {
    async run(id, work) {
      const progress = { isEntered: false };
      try {
        return await lock.withLock(
          `refresh-${noun}-${id}`,
          { ttlMs: LEASE_MS, waitMs: WAIT_MS },
          async (lease) => {
            progress.isEntered = true;
            return work(lease);
          },
        );
      } catch (error) {
        // What the work itself throws passes as it is; only getting the lock is Redis's affair.
        if (progress.isEntered || error instanceof DomainError) throw error;
        throw redisUnavailable(error);
      }
    },
  };
};
