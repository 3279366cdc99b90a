/**
 * Time in rows: every `*_at` column is `datetime(3)` in UTC. The session runs at `+00:00` and the
 * driver reads and writes such a column as a `Date`, so no time zone of a machine takes part.
 */

/** Milliseconds since the epoch → what a `*_at` column takes. Throws on anything that is not a time. */
export const toSqlTime = (atMs: number): Date => {
  const time = new Date(atMs);
  if (Number.isNaN(time.getTime())) throw new RangeError(`not a time in milliseconds: ${atMs}`);
  return time;
};

/** What a `*_at` column gave → milliseconds since the epoch. */
export const fromSqlTime = (value: Date): number => {
  const atMs = value.getTime();
  if (Number.isNaN(atMs)) throw new RangeError('the column holds no valid time');
  return atMs;
};

/** As `fromSqlTime`, for a column that may be null. */
export const fromSqlTimeOrNull = (value: Date | null): number | null =>
  value === null ? null : fromSqlTime(value);
