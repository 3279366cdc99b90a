import type { CredentialStore, RefreshLease, StoredCredential } from '../../src/index.ts';

export const createMemoryCredentialStore = (): CredentialStore => {
  const stored = new Map<string, StoredCredential>();
  return {
    find: (id) => Promise.resolve(stored.get(id)),
    replace(id, expectedVersion, next) {
      const version = stored.get(id)?.version;
      const isExpected = version === expectedVersion && next.version > (version ?? 0);
      if (isExpected) stored.set(id, { ...next, mayEndAtMs: null });
      return Promise.resolve(isExpected);
    },
    mayEnd(id, version, atMs) {
      const present = stored.get(id);
      if (present?.version !== version) return Promise.resolve(false);
      const mayEndAtMs = Math.min(present.mayEndAtMs ?? Infinity, atMs);
      stored.set(id, { ...present, mayEndAtMs });
      return Promise.resolve(true);
    },
  };
};

/** One holder per id at a time, in the order of asking; fences count up. `lost` is for tests to abort. */
export const createMemoryLease = (lost = new AbortController().signal): RefreshLease => {
  const tails = new Map<string, Promise<unknown>>();
  let fence = 1000;
  return {
    run(id, work) {
      const before = tails.get(id) ?? Promise.resolve();
      const mine = before.then(() => work({ fence: (fence += 1), lost }));
      tails.set(
        id,
        mine.catch(() => undefined),
      );
      return mine;
    },
  };
};
