import { createHash, timingSafeEqual } from 'node:crypto';

type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** JSON with sorted keys and no whitespace: equal values have equal text, whatever order they were sent in. */
export const canonicalJson = (value: unknown): string => JSON.stringify(sortKeys(value as Json));

const sortKeys = (value: Json): Json => {
  if (value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) return value.map(sortKeys);
  const record = value as { readonly [key: string]: Json };
  // No prototype: a key named __proto__ stays an ordinary key.
  const sorted = Object.create(null) as Record<string, Json>;
  for (const key of Object.keys(record).sort()) {
    const child = record[key];
    if (child !== undefined) sorted[key] = sortKeys(child);
  }
  return sorted;
};

/** Lower-case hex SHA-256. */
export const sha256Hex = (data: string | Uint8Array): string =>
  createHash('sha256').update(data).digest('hex');

/**
 * Compares two secrets without telling by its duration where they differ or how long they are:
 * both sides are hashed first.
 */
export const equalsConstantTime = (left: string, right: string): boolean =>
  timingSafeEqual(
    createHash('sha256').update(left).digest(),
    createHash('sha256').update(right).digest(),
  );
