import mysql from 'mysql2';

const INT64_MAX = 2n ** 63n - 1n;
const INT64_MIN = -(2n ** 63n);
const UINT64_MAX = 2n ** 64n - 1n;

const refuse = (what: string): never => {
  throw new TypeError(`${what} cannot be a parameter of a statement`);
};

const checkNumber = (value: number): number => {
  if (!Number.isFinite(value)) return refuse(String(value));
  if (Number.isInteger(value) && !Number.isSafeInteger(value)) {
    return refuse(`${value} (an integer beyond 2^53, already rounded)`);
  }
  return value;
};

const checkBigint = (value: bigint): bigint =>
  value < INT64_MIN || value > UINT64_MAX ? refuse(`${value} (beyond 64 bits)`) : value;

/**
 * The values a statement may carry. Objects and arrays are refused: as text they would be spliced
 * into the SQL, as JSON their form would differ between MySQL and MariaDB. Pass `JSON.stringify`.
 */
const checkValue = (value: unknown): unknown => {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'number') return checkNumber(value);
  if (typeof value === 'bigint') return checkBigint(value);
  if (value instanceof Date) {
    return Number.isNaN(value.getTime()) ? refuse('an invalid Date') : value;
  }
  if (Buffer.isBuffer(value)) return value;
  if (value instanceof Uint8Array) return Buffer.from(value.buffer, value.byteOffset, value.length);
  return refuse(value === undefined ? 'undefined' : `a value of type ${typeof value}`);
};

/**
 * For prepared statements. mysql2 sends a number as DOUBLE, which turns `total_fen + ?` into
 * floating point arithmetic and is refused by MySQL for `limit ?`: integers go as 64-bit integers.
 */
export const toBinaryParameter = (value: unknown): unknown => {
  const checked = checkValue(value);
  if (typeof checked === 'bigint' && checked > INT64_MAX) {
    return mysql.TypedParameter.LONGLONG.unsigned(checked);
  }
  const isInteger = typeof checked === 'bigint' || Number.isInteger(checked);
  return isInteger ? mysql.TypedParameter.LONGLONG(checked as number | bigint) : checked;
};

/** For statements sent as text; mysql2 escapes the values. */
export const toTextParameter = checkValue;
