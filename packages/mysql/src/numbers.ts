/**
 * `bigint` columns arrive as numbers while they are exact and fail the query when they are not.
 * Sums are `decimal` in MySQL and arrive as text: this makes them numbers by the same rule.
 * Throws a `RangeError` instead of rounding.
 */
export const toSafeInteger = (value: number | string | bigint): number => {
  const exact = typeof value === 'number' ? value : Number(value);
  const isExact =
    Number.isSafeInteger(exact) && (typeof value === 'number' || BigInt(value) === BigInt(exact));
  if (!isExact) throw new RangeError(`${value} is not an integer that a number can hold exactly`);
  return exact;
};
