import { createCipheriv, createHash, randomBytes } from 'node:crypto';

/** The credentials of message push as the account's console has them. */
export interface PushKeys {
  readonly token: string;
  /** EncodingAESKey, 43 characters. */
  readonly aesKey: string;
}

/** A deliberate fault inside of the cipher text, where the signature does not see it. */
export type SealFault = 'appid' | 'padding' | 'length';

/** Reference 10.2: the parts in byte order, one after the other, SHA-1 in hex. */
export const sign = (...parts: string[]): string =>
  createHash('sha1')
    .update(parts.sort((one, other) => (one < other ? -1 : 1)).join(''))
    .digest('hex');

const uint32 = (value: number): Buffer => Buffer.of(value >>> 24, value >>> 16, value >>> 8, value);

/** Reference 10.3. */
export const seal = (message: string, appid: string, keys: PushKeys, fault?: SealFault): string => {
  const aesKey = Buffer.from(`${keys.aesKey}=`, 'base64');
  const text = Buffer.from(message);
  const content = Buffer.concat([
    randomBytes(16),
    uint32(text.length + (fault === 'length' ? 1 : 0)),
    text,
    Buffer.from(fault === 'appid' ? `${appid.slice(0, -1)}~` : appid),
  ]);
  const missing = 32 - (content.length % 32);
  const padding = Buffer.alloc(missing, missing);
  if (fault === 'padding') padding[missing - 1] = 33;
  const cipher = createCipheriv('aes-256-cbc', aesKey, aesKey.subarray(0, 16)).setAutoPadding(
    false,
  );
  return (
    cipher.update(Buffer.concat([content, padding]), undefined, 'base64') + cipher.final('base64')
  );
};
