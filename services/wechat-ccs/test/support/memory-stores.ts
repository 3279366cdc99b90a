import type { CredentialStore, RefreshLease, StoredCredential } from '@app/credentials';
import type { StoredApp } from '../../src/domain/app-registry.ts';
import type { PushMessage } from '../../src/domain/push-message.ts';
import { clearedQuotas, quotaOf } from '../../src/domain/quota-window.ts';
import { quotaNames, type QuotaName } from '../../src/domain/wechat-api.ts';
import { quotaExhausted } from '../../src/errors.ts';
import type {
  AppRepository,
  ForceMarks,
  PushRepository,
  QuotaLedger,
  SessionKey,
  SessionKeyRepository,
  UploadTimes,
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
  const left = (appId: string, quota: QuotaName) => quotaOf(quota).max - usedOf(appId, quota);
  const add = (appId: string, quota: QuotaName, calls: number) =>
    used.set(`${appId} ${quota}`, usedOf(appId, quota) + calls);
  return {
    used,
    take(appId, quota) {
      if (left(appId, quota) <= 0) return Promise.reject(quotaExhausted(quota, null));
      add(appId, quota, 1);
      return Promise.resolve();
    },
    giveBack: (appId, quota) => void add(appId, quota, -1),
    exhaust(appId, quota) {
      used.set(`${appId} ${quota}`, quotaOf(quota).max);
      return Promise.resolve(null);
    },
    left: (appId, quota) => Promise.resolve(left(appId, quota)),
    usage: (appId) =>
      Promise.resolve(
        quotaNames.map((quota) => ({
          quota,
          ...quotaOf(quota),
          left: left(appId, quota),
          resetsAtMs: null,
        })),
      ),
    clearDay(appId) {
      for (const quota of clearedQuotas) used.delete(`${appId} ${quota}`);
      return Promise.resolve();
    },
  };
};

/** `facts` are what the outbox would hold. */
export const createMemoryPushes = (): PushRepository & {
  readonly facts: { readonly appId: string; readonly message: PushMessage }[];
} => {
  const receivedAtMs = new Map<string, number>();
  const facts: { appId: string; message: PushMessage }[] = [];
  return {
    facts,
    record(appId, message, atMs) {
      const key = `${appId} ${message.dedupeKey}`;
      const isNew = !receivedAtMs.has(key);
      if (isNew) {
        receivedAtMs.set(key, atMs);
        facts.push({ appId, message });
      }
      return Promise.resolve(isNew);
    },
    purge(beforeMs, limit) {
      const old = [...receivedAtMs].filter(([, atMs]) => atMs < beforeMs).slice(0, limit);
      for (const [key] of old) receivedAtMs.delete(key);
      return Promise.resolve(old.length);
    },
  };
};

export const createMemoryUploadTimes = (): UploadTimes => {
  const last = new Map<string, number>();
  return {
    next(appId, payment, nowMs) {
      const key = JSON.stringify([appId, payment]);
      const atMs = Math.max(nowMs, (last.get(key) ?? -1) + 1);
      last.set(key, atMs);
      return Promise.resolve(atMs);
    },
    purge(uploadedBeforeMs, limit) {
      const old = [...last].filter(([, atMs]) => atMs < uploadedBeforeMs).slice(0, limit);
      for (const [key] of old) last.delete(key);
      return Promise.resolve(old.length);
    },
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
