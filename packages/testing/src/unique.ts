import { randomBytes } from 'node:crypto';

let count = 0;

/** A name that no other test, process or earlier run has: `<prefix><sep><pid><sep><n><sep><random>`. */
export const uniqueName = (prefix: string, separator = '_'): string => {
  count += 1;
  return [prefix, process.pid, count, randomBytes(3).toString('hex')].join(separator);
};
