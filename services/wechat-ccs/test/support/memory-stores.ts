import type { CredentialStore, RefreshLease, StoredCredential } from '@app/credentials';
import type { StoredApp } from '../../src/domain/app-registry.ts';
import { quotaOf } from '../../src/domain/quota-window.ts';
import { wechatCcsError } from '../../src/errors.ts';
import type {
  AppRepository,
  ForceMarks,
  QuotaLedger,
  SessionKey,
  SessionKeyRepository,
} from '../../src/repository.ts';

export const createMemoryTokenStore = (): CredentialStore => {
  const tokens = new Map<string, StoredCredential>();
  return {
    find: (appId) => Promise.resolve(tokens.get(appId)),
    replace(appId, expectedVersion, next) {
      const stored = tokens.get(appId)?.version;
      const isExpected = stored === expectedVersion && next.version > (stored ?? 0);
      if (isExpected) tokens.set(appId, next);
      return Promise.resolve(isExpected);
    },
    mayEnd(appId, version, atMs) {
      const stored = tokens.get(appId);
      if (stored?.version === version) tokens.set(appId, { ...stored, mayEndAtMs: atMs });
      return Promise.resolve(stored?.version === version);
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
export const createMemoryLease = (): RefreshLease => {
  const tails = new Map<string, Promise<unknown>>();
  const { signal: lost } = new AbortController();
  let fence = 0;
  return {
    run(appId, work) {
      const before = tails.get(appId) ?? Promise.resolve();
      const mine = before.then(() => work({ fence: (fence += 1), lost }));
      tails.set(
        appId,
        mine.catch(() => undefined),
      );
      return mine;
    },
  };
};

export const createMemoryForceMarks = (): ForceMarks => {
  const marks = new Map<string, number>();
  return {
    claim(appId, { nowMs, intervalMs }) {
      const lastAtMs = marks.get(appId);
      if (lastAtMs !== undefined && lastAtMs > nowMs - intervalMs) {
        return Promise.resolve({ isClaimed: false, lastAtMs });
      }
      marks.set(appId, nowMs);
      return Promise.resolve({ isClaimed: true });
    },
  };
};

/** Counts without end of day; `used` may be set by tests. */
export const createMemoryQuotas = (): QuotaLedger & { readonly used: Map<string, number> } => {
  const used = new Map<string, number>();
  const usedOf = (appId: string, quota: string) => used.get(`${appId} ${quota}`) ?? 0;
  return {
    used,
    take(appId, quota) {
      const count = usedOf(appId, quota);
      if (count >= quotaOf(quota).max) {
        return Promise.reject(wechatCcsError('WECHAT_QUOTA_EXHAUSTED', { data: { quota } }));
      }
      used.set(`${appId} ${quota}`, count + 1);
      return Promise.resolve();
    },
    exhaust(appId, quota) {
      used.set(`${appId} ${quota}`, quotaOf(quota).max);
      return Promise.resolve();
    },
    left: (appId, quota) => Promise.resolve(quotaOf(quota).max - usedOf(appId, quota)),
  };
};

export const createMemoryAppRows = (): AppRepository => {
  const rows = new Map<string, StoredApp>();
  const isAt = (appId: string, version: number) => rows.get(appId)?.version === version;
  return {
    list: () => Promise.resolve([...rows.values()].sort((a, b) => (a.appId < b.appId ? -1 : 1))),
    add(app) {
      if (rows.has(app.appId)) return Promise.resolve(false);
      rows.set(app.appId, app);
      return Promise.resolve(true);
    },
    replace(expectedVersion, app) {
      const isExpected = isAt(app.appId, expectedVersion);
      if (isExpected) rows.set(app.appId, app);
      return Promise.resolve(isExpected);
    },
    remove: (appId, expectedVersion) =>
      Promise.resolve(isAt(appId, expectedVersion) && rows.delete(appId)),
  };
};
