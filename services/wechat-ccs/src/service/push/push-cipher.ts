import { createDecipheriv } from 'node:crypto';

const KEY_BYTES = 32;
const CIPHER_BLOCK = 16;
/** WeChat pads to 32, twice the block of the cipher: its own padding is off (reference 10.3). */
const PADDING_BLOCK = 32;
const RANDOM_BYTES = 16;
const LENGTH_BYTES = 4;
/** Base64 with its padding and nothing else; Buffer would skip what is none. */
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** The 32 bytes behind the 43 characters of EncodingAESKey. */
const keyOf = (aesKey: string): Buffer => Buffer.from(`${aesKey}=`, 'base64');

const decrypt = (encrypted: string, key: Buffer): Buffer | undefined => {
  if (!BASE64.test(encrypted)) return undefined;
  const bytes = Buffer.from(encrypted, 'base64');
  if (bytes.length === 0 || bytes.length % CIPHER_BLOCK !== 0) return undefined;
  const decipher = createDecipheriv('aes-256-cbc', key, key.subarray(0, CIPHER_BLOCK));
  decipher.setAutoPadding(false);
  return Buffer.concat([decipher.update(bytes), decipher.final()]);
};

/** 1 to 32 bytes that all say how many they are, and a whole number of padding blocks in all. */
const withoutPadding = (padded: Buffer): Buffer | undefined => {
  const count = padded.at(-1) ?? 0;
  if (count < 1 || count > PADDING_BLOCK || padded.length % PADDING_BLOCK !== 0) return undefined;
  const isPadding = padded.subarray(-count).every((byte) => byte === count);
  return isPadding ? padded.subarray(0, -count) : undefined;
};

/**
 * `random(16) ‖ length ‖ message ‖ appid`: every byte is accounted for, and the app id at the end
 * must be ours. `undefined` otherwise. Who calls has checked the signature, so this tells nobody
 * anything about the key by refusing.
 */
export const openPush = (
  encrypted: string,
  { aesKey, appId }: { readonly aesKey: string; readonly appId: string },
): Buffer | undefined => {
  const key = keyOf(aesKey);
  if (key.length !== KEY_BYTES) return undefined;
  const padded = decrypt(encrypted, key);
  const plain = padded === undefined ? undefined : withoutPadding(padded);
  if (plain === undefined || plain.length < RANDOM_BYTES + LENGTH_BYTES) return undefined;
  const start = RANDOM_BYTES + LENGTH_BYTES;
  const end = start + plain.readUInt32BE(RANDOM_BYTES);
  if (end > plain.length || !plain.subarray(end).equals(Buffer.from(appId))) return undefined;
  return plain.subarray(start, end);
};
