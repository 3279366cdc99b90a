/** Days as bills count them: `YYYY-MM-DD` in Beijing, which has had one offset since 1991. */

const OFFSET_MS = 8 * 3_600_000;
export const DAY_MS = 86_400_000;
/** Bills are ready by 10:00 of the next day (reference: Pay, 10). */
const READY_MS = 10.5 * 3_600_000;
/** WeChat keeps three months. */
const KEPT_DAYS = 90;
/** A service that was away for longer is caught up with by hand. */
const CATCH_UP_DAYS = 31;

export const beijingDay = (ms: number): string =>
  new Date(ms + OFFSET_MS).toISOString().slice(0, 10);

/** The first millisecond of the day. */
export const dayStartMs = (day: string): number => Date.parse(`${day}T00:00:00.000Z`) - OFFSET_MS;

/** When the bill of the day is asked for first: 10:30 of the day after it. */
export const billReadyAtMs = (day: string): number => dayStartMs(day) + DAY_MS + READY_MS;

/** Whether it is a day of the calendar that is over and that WeChat still has. */
export const hasBill = (day: string, nowMs: number): boolean => {
  const startMs = dayStartMs(day);
  return (
    !Number.isNaN(startMs) &&
    beijingDay(startMs) === day &&
    day < beijingDay(nowMs) &&
    day >= beijingDay(nowMs - KEPT_DAYS * DAY_MS)
  );
};

/** The days after `latest` up to yesterday, oldest first; yesterday alone when there is none yet. */
export const daysToWant = (latest: string | undefined, nowMs: number): readonly string[] => {
  const yesterday = beijingDay(nowMs - DAY_MS);
  if (latest === undefined) return [yesterday];
  return Array.from({ length: CATCH_UP_DAYS }, (_, back) => beijingDay(nowMs - (back + 1) * DAY_MS))
    .filter((day) => day > latest)
    .reverse();
};

/** `2026-11-20 10:00:00` of a bill; NaN when it is none. */
export const billTimeMs = (text: string): number =>
  /^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}$/.test(text)
    ? Date.parse(`${text.replace(' ', 'T')}.000Z`) - OFFSET_MS
    : Number.NaN;
