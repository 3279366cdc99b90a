import { DomainError } from '@app/kernel';
import { createKeys, type RedisPart } from '@app/redis';
import type { RefreshFailure } from '../../domain/refresh-report.ts';
import { storeUnavailable } from '../../errors.ts';
import type { RefreshReports } from '../../repository.ts';

/** Long enough to read on Monday what happened on Friday. */
const KEEP_MS = 7 * 24 * 3_600_000;

const reachingRedis = async <R>(work: () => Promise<R>): Promise<R> => {
  try {
    return await work();
  } catch (error) {
    throw error instanceof DomainError ? error : storeUnavailable('redis', error);
  }
};

const parseFailure = (text: string | null | undefined): RefreshFailure | null => {
  if (typeof text !== 'string') return null;
  try {
    return JSON.parse(text) as RefreshFailure;
  } catch {
    return null;
  }
};

/** `wechat-ccs:refresh-report:<appId>`: a hash of `failure` (JSON) and `refreshedAtMs`. */
export const createRedisRefreshReports = ({
  client,
}: Pick<RedisPart, 'client'>): RefreshReports => {
  const keys = createKeys('wechat-ccs');
  const write = (appId: string, field: string, value: string | number) =>
    reachingRedis(async () => {
      const key = keys('refresh-report', appId);
      await client.multi().hset(key, field, value).pexpire(key, KEEP_MS).exec();
    });
  return {
    succeeded: (appId, atMs) => write(appId, 'refreshedAtMs', atMs),
    failed: (appId, failure) => write(appId, 'failure', JSON.stringify(failure)),
    async find(appId) {
      const [failure, refreshedAtMs] = await reachingRedis(() =>
        client.hmget(keys('refresh-report', appId), 'failure', 'refreshedAtMs'),
      );
      return {
        failure: parseFailure(failure),
        refreshedAtMs: typeof refreshedAtMs === 'string' ? Number(refreshedAtMs) : null,
      };
    },
  };
};
