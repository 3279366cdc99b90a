import { DomainError } from '@app/kernel';
import { createFencedLock, type RedisPart } from '@app/redis';
import { storeUnavailable } from '../../errors.ts';
import type { RefreshLock } from '../../repository.ts';

/** Extended while the work runs, so its length only decides how long a dead node blocks the others. */
const LEASE_MS = 3000;
/** Below what callers of getAccessToken wait (5 s). */
const WAIT_MS = 4500;

/** One lock per app on the instance that does not evict. */
export const createRedisRefreshLock = (redis: RedisPart): RefreshLock => {
  const lock = createFencedLock(redis, 'wechat-ccs');
  return {
    async run(appId, work) {
      const progress = { isEntered: false };
      try {
        return await lock.withLock(
          `refresh-${appId}`,
          { ttlMs: LEASE_MS, waitMs: WAIT_MS },
          async ({ fence }) => {
            progress.isEntered = true;
            return work(fence);
          },
        );
      } catch (error) {
        // What the work itself throws passes as it is; only getting the lock is Redis's affair.
        if (progress.isEntered || error instanceof DomainError) throw error;
        throw storeUnavailable('redis', error);
      }
    },
  };
};
