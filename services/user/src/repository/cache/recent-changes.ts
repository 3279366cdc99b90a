import type { Clock } from '@app/kernel';

/**
 * Remembers for a while which keys changed, so that they are read where the change is sure to be.
 * It may say "recent" of a key that is not (full, or just started), never the reverse.
 */
export interface RecentChanges {
  mark(key: string): void;
  isRecent(key: string): boolean;
}

interface Options {
  readonly clock: Clock;
  readonly windowMs: number;
  /** Keys remembered at most; when more change within the window all keys count as recent. */
  readonly max: number;
}

export const createRecentChanges = ({ clock, windowMs, max }: Options): RecentChanges => {
  const untilMsByKey = new Map<string, number>();
  // A process that just started missed what was announced before it listened.
  let allUntilMs = clock.nowMs() + windowMs;

  const forgetOldest = (): void => {
    const [oldest] = untilMsByKey;
    if (oldest === undefined) return;
    untilMsByKey.delete(oldest[0]);
    allUntilMs = Math.max(allUntilMs, oldest[1]);
  };

  return {
    mark: (key) => {
      untilMsByKey.delete(key); // set again at the end: the map stays ordered by age
      untilMsByKey.set(key, clock.nowMs() + windowMs);
      if (untilMsByKey.size > max) forgetOldest();
    },
    isRecent: (key) => {
      const nowMs = clock.nowMs();
      return nowMs < allUntilMs || nowMs < (untilMsByKey.get(key) ?? 0);
    },
  };
};
