export type QuotaWindow = 'second' | 'minute' | 'day' | 'month' | 'total';

/** Calls per calendar day or month (Beijing time, as the vendor counts), per minute or second, or in all; by the sandbox's clock. */
export interface Quota {
  /** Counts one call; false (and nothing counted) when the window is used up. */
  take(key: string, window: QuotaWindow, max: number): boolean;
  used(key: string, window: QuotaWindow): number;
  /** Sets the day's counter to zero. */
  clearDay(key: string): void;
  clear(): void;
}

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const BEIJING_OFFSET_MS = 8 * 3_600_000;

const windowOf = (nowMs: number, window: QuotaWindow): number => {
  const inBeijing = new Date(nowMs + BEIJING_OFFSET_MS);
  switch (window) {
    case 'second':
      return Math.floor(nowMs / 1000);
    case 'minute':
      return Math.floor(nowMs / MINUTE_MS);
    case 'day':
      return Math.floor(inBeijing.getTime() / DAY_MS);
    case 'month':
      return inBeijing.getUTCFullYear() * 12 + inBeijing.getUTCMonth();
    case 'total':
      return 0;
  }
};

/** Counters of windows that are over are thrown away once there are this many. */
const COUNTERS_MAX = 50_000;

export const createQuota = (nowMs: () => number): Quota => {
  const counters = new Map<string, { window: number; kind: QuotaWindow; count: number }>();

  const forgetPast = (): void => {
    const now = nowMs();
    for (const [key, counter] of counters) {
      if (counter.window !== windowOf(now, counter.kind)) counters.delete(key);
    }
  };

  const current = (key: string, kind: QuotaWindow) => {
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
    clearDay: (key) => void counters.delete(`day ${key}`),
    clear: () => counters.clear(),
  };
};
