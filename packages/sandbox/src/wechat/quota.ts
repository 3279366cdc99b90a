/** Calls per calendar day (Beijing time, as the vendor counts) or per minute, by the sandbox's clock. */
export interface Quota {
  /** Counts one call; false (and nothing counted) when the window is used up. */
  take(key: string, window: 'minute' | 'day', max: number): boolean;
  used(key: string, window: 'minute' | 'day'): number;
  clear(): void;
}

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const BEIJING_OFFSET_MS = 8 * 3_600_000;

const windowOf = (nowMs: number, window: 'minute' | 'day'): number =>
  window === 'minute'
    ? Math.floor(nowMs / MINUTE_MS)
    : Math.floor((nowMs + BEIJING_OFFSET_MS) / DAY_MS);

/** Counters of windows that are over are thrown away once there are this many. */
const COUNTERS_MAX = 50_000;

export const createQuota = (nowMs: () => number): Quota => {
  const counters = new Map<string, { window: number; kind: 'minute' | 'day'; count: number }>();

  const forgetPast = (): void => {
    const now = nowMs();
    for (const [key, counter] of counters) {
      if (counter.window !== windowOf(now, counter.kind)) counters.delete(key);
    }
  };

  const current = (key: string, kind: 'minute' | 'day') => {
    const id = `${kind} ${key}`;
    const window = windowOf(nowMs(), kind);
    const present = counters.get(id);
    if (present?.window === window) return present;
    if (counters.size >= COUNTERS_MAX) forgetPast();
    const fresh = { window, kind, count: 0 };
    counters.set(id, fresh);
    return fresh;
  };

  return {
    take(key, window, max) {
      const counter = current(key, window);
      if (counter.count >= max) return false;
      counter.count += 1;
      return true;
    },
    used: (key, window) => current(key, window).count,
    clear: () => counters.clear(),
  };
};
