import { LRUCache } from 'lru-cache';
import { coherentCacheReads } from '../metrics.ts';

export interface CoherentCacheOptions<K extends PropertyKey, V> {
  /** Label of the metric. */
  readonly name?: string;
  /** Entries kept; the least recently used one goes first. */
  readonly max: number;
  /** An entry is never older, even when a hint was lost. */
  readonly ttlMs: number;
  /** Gets the value from where the truth is. A rejection is passed on and not remembered. */
  readonly load: (key: K) => Promise<V>;
}

export interface CoherentCache<K extends PropertyKey, V> {
  /** The cached value, or a loaded one; callers at the same time share one load. */
  get(key: K): Promise<V>;
  /** Forgets a key. A load that began before this is not kept: it may have read the old value. */
  invalidate(key: K): void;
  clear(): void;
}

interface Held<V> {
  readonly value: V;
}

interface Load<V> {
  readonly promise: Promise<V>;
  /** False once the key was invalidated while the load was under way. */
  current: boolean;
}

/** A cache inside this process that an invalidation (by a hint to every node) keeps honest. */
export const createCoherentCache = <K extends PropertyKey, V>(
  options: CoherentCacheOptions<K, V>,
): CoherentCache<K, V> => {
  const { name = 'default', max, ttlMs, load } = options;
  const held = new LRUCache<K, Held<V>>({ max, ttl: ttlMs });
  const loads = new Map<K, Load<V>>();
  const hits = coherentCacheReads.labels(name, 'hit');
  const misses = coherentCacheReads.labels(name, 'miss');
  const joined = coherentCacheReads.labels(name, 'joined');

  const begin = (key: K): Promise<V> => {
    const run = async (): Promise<V> => {
      try {
        const value = await load(key);
        if (entry.current) held.set(key, { value });
        return value;
      } finally {
        if (loads.get(key) === entry) loads.delete(key);
      }
    };
    // The load starts in a later microtask, when `entry` is there for it.
    const entry: Load<V> = { promise: Promise.resolve().then(run), current: true };
    loads.set(key, entry);
    return entry.promise;
  };

  const forget = (key: K): void => {
    held.delete(key);
    const entry = loads.get(key);
    if (entry === undefined) return;
    entry.current = false;
    // Whoever asks from now on must not join a load that may have seen the old value.
    loads.delete(key);
  };

  return {
    get(key) {
      const hit = held.get(key);
      if (hit !== undefined) {
        hits.inc();
        return Promise.resolve(hit.value);
      }
      const running = loads.get(key);
      (running === undefined ? misses : joined).inc();
      return running?.promise ?? begin(key);
    },
    invalidate: forget,
    clear() {
      held.clear();
      for (const key of [...loads.keys()]) forget(key);
    },
  };
};
