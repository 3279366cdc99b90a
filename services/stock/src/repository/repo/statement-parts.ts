import { sql, type RawBuilder } from 'kysely';

/**
 * Values for an `in (…)`, filled up by repeats to a power of two: a statement of any length has one
 * of a dozen texts, so that the prepared ones are found again.
 */
export const padded = <T>(values: readonly T[]): readonly T[] => {
  const [first] = values;
  if (first === undefined) return values;
  const size = 2 ** Math.ceil(Math.log2(values.length));
  return [...values, ...Array<T>(size - values.length).fill(first)];
};

/**
 * Rows as one parameter: a statement that writes any number of rows has one text, is prepared once
 * and costs one round trip. Use it with `json_table(…, '$[*]' columns (… path '$[0]'))`.
 * The conversion tells MySQL that the parameter is text.
 */
export const rowsParameter = (rows: readonly (readonly unknown[])[]): RawBuilder<string> =>
  sql<string>`convert(${JSON.stringify(rows)} using utf8mb4)`;

/** `datetime(3)` as text, in UTC, for a value inside of `rowsParameter`. */
export const sqlTimeText = (atMs: number): string =>
  new Date(atMs).toISOString().slice(0, 23).replace('T', ' ');
