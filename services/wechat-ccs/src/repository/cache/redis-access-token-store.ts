import { DomainError, type Sealer } from '@app/kernel';
import { createKeys, loadScripts, type RedisPart } from '@app/redis';
import type { AccessToken } from '../../domain/access-token.ts';
import { storeUnavailable } from '../../errors.ts';
import type { AccessTokenStore } from '../../repository.ts';
import { replaceToken } from './replace-token-script.ts';

interface Deps {
  readonly redis: Pick<RedisPart, 'client'>;
  readonly sealer: Sealer;
}

/** Longer than a token lives, so that the count of forced refreshes outlives the day it is for. */
const KEEP_MS = 26 * 3_600_000;

const contextOf = (appId: string): string => `wechat-ccs.access-token:${appId}`;

const reachingRedis = async <R>(work: () => Promise<R>): Promise<R> => {
  try {
    return await work();
  } catch (error) {
    throw error instanceof DomainError ? error : storeUnavailable('redis', error);
  }
};

/**
 * One hash per app on the instance that does not evict: `version` in the clear for the comparison,
 * everything else sealed. `wechat-ccs:access-token:<appId>`.
 */
export const createRedisAccessTokenStore = ({ redis, sealer }: Deps): AccessTokenStore => {
  const keys = createKeys('wechat-ccs');
  const scripts = loadScripts(redis, { replaceToken });

  const open = (appId: string, version: number, sealed: string): AccessToken => {
    try {
      return { ...(JSON.parse(sealer.open(sealed, contextOf(appId))) as AccessToken), version };
    } catch {
      // Sealed with a key that is gone, or altered: as good as spent, and the next fetch replaces it.
      return { text: '', version, expiresAtMs: 0, fetchedAtMs: 0, forces: null };
    }
  };

  return {
    async find(appId) {
      const [version, sealed] = await reachingRedis(() =>
        redis.client.hmget(keys('access-token', appId), 'version', 'sealed'),
      );
      return typeof version === 'string' && typeof sealed === 'string'
        ? open(appId, Number(version), sealed)
        : undefined;
    },
    async replace(appId, expectedVersion, next) {
      const { version, ...content } = next;
      const sealed = sealer.seal(JSON.stringify(content), contextOf(appId));
      const stored = await reachingRedis(() =>
        scripts.replaceToken(
          [keys('access-token', appId)],
          [expectedVersion ?? 0, version, sealed, KEEP_MS],
        ),
      );
      return stored === 1;
    },
  };
};
