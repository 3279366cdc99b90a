import { randomBytes } from 'node:crypto';

const BASE62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/** `length` characters of [0-9A-Za-z]. */
export const randomText = (length: number): string =>
  Array.from(randomBytes(length), (byte) => BASE62[byte % BASE62.length]).join('');

/** `length` characters of [A-Za-z0-9_-]. */
export const randomUrlSafe = (length: number): string =>
  randomBytes(length).toString('base64url').slice(0, length);

/** `length` lower-case hex digits. */
export const randomHex = (length: number): string =>
  randomBytes(Math.ceil(length / 2))
    .toString('hex')
    .slice(0, length);
