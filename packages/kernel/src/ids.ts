import { randomFillSync } from 'node:crypto';
import { monotonicFactory } from 'ulid';

/** Where identifiers come from, as a port. */
export interface Ids {
  /** A new id: 26 characters of Crockford base 32, sortable by time of creation. */
  next(): string;
}

/** Cryptographic randomness drawn in bulk: one system call per id would show in every profile. */
const createRandom = (): (() => number) => {
  const pool = new Uint8Array(4096);
  let used = pool.length;
  return () => {
    if (used === pool.length) {
      randomFillSync(pool);
      used = 0;
    }
    const byte = pool[used] ?? 0;
    used += 1;
    return byte / 256;
  };
};

/** ULIDs, increasing within one process also inside one millisecond (keeps inserts at the index's end). */
export const createUlids = (): Ids => {
  const ulid = monotonicFactory(createRandom());
  return { next: () => ulid() };
};

/** The form of an id, for schemas and columns (`char(26)`). */
export const ID_PATTERN = '^[0-9A-HJKMNP-TV-Z]{26}$';
