import { createWindowStore } from './window-store.ts';

/** What one process counted by itself. */
export interface LocalCount {
  readonly allowed: boolean;
  readonly remaining: number;
  /** When the window ends, on the monotonic clock. */
  readonly endsAt: number;
}

/** Fixed windows in the memory of this process, for the time without Redis. */
export const createLocalLimit = ({
  windowMs,
  windowsMax,
}: {
  readonly windowMs: number;
  readonly windowsMax: number;
}) => {
  const windows = createWindowStore<{ endsAt: number; used: number }>(windowsMax);
  return (id: string, limit: number, now: number): LocalCount => {
    let window = windows.get(id, now);
    if (window === undefined) {
      window = { endsAt: now + windowMs, used: 0 };
      windows.set(id, window, now);
    }
    const allowed = window.used < limit;
    if (allowed) window.used += 1;
    return { allowed, remaining: limit - window.used, endsAt: window.endsAt };
  };
};
