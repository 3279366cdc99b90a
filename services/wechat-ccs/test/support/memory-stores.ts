import type { AccessToken } from '../../src/domain/access-token.ts';
import type {
  AccessTokenStore,
  RefreshLock,
  SessionKey,
  SessionKeyRepository,
} from '../../src/repository.ts';

export const createMemoryTokenStore = (): AccessTokenStore => {
  const tokens = new Map<string, AccessToken>();
  return {
    find: (appId) => Promise.resolve(tokens.get(appId)),
    replace(appId, expectedVersion, next) {
      const stored = tokens.get(appId)?.version;
      const isExpected = stored === expectedVersion && next.version > (stored ?? 0);
      if (isExpected) tokens.set(appId, next);
      return Promise.resolve(isExpected);
    },
  };
};

export const createMemorySessionKeys = (): SessionKeyRepository => {
  const rows = new Map<string, SessionKey>();
  return {
    save(session) {
      const key = `${session.appId} ${session.openid}`;
      const stored = rows.get(key);
      if (stored === undefined || session.obtainedAtMs >= stored.obtainedAtMs) {
        rows.set(key, session);
      }
      return Promise.resolve();
    },
    find: (appId, openid) => Promise.resolve(rows.get(`${appId} ${openid}`)),
  };
};

/** One holder per app at a time, in the order of asking; fences count up. */
export const createMemoryLock = (): RefreshLock => {
  const tails = new Map<string, Promise<unknown>>();
  let fence = 0;
  return {
    run(appId, work) {
      const before = tails.get(appId) ?? Promise.resolve();
      const mine = before.then(() => work((fence += 1)));
      tails.set(
        appId,
        mine.catch(() => undefined),
      );
      return mine;
    },
  };
};
