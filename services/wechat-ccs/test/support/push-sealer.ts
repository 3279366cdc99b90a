import { createCipheriv, createHash, randomBytes } from 'node:crypto';

export const PUSH_TOKEN = 'pushtoken0123456';
export const PUSH_AES_KEY = 'abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG';

/** The sender's side, written by the reference and not by the code under test. */
export const signPush = (...parts: readonly string[]): string =>
  createHash('sha1')
    .update([...parts].sort().join(''))
    .digest('hex');

/** AES-256-CBC of blocks that are padded already. */
export const encryptPush = (padded: Buffer, aesKey = PUSH_AES_KEY): string => {
  const key = Buffer.from(`${aesKey}=`, 'base64');
  const cipher = createCipheriv('aes-256-cbc', key, key.subarray(0, 16)).setAutoPadding(false);
  return Buffer.concat([cipher.update(padded), cipher.final()]).toString('base64');
};

export const padPush = (content: Buffer): Buffer => {
  const count = 32 - (content.length % 32);
  return Buffer.concat([content, Buffer.alloc(count, count)]);
};

export const layoutPush = (message: string | Buffer, appId: string, length?: number): Buffer => {
  const text = Buffer.from(message as string);
  const size = Buffer.alloc(4);
  size.writeUInt32BE(length ?? text.length);
  return Buffer.concat([randomBytes(16), size, text, Buffer.from(appId)]);
};

export const sealPush = (message: string | Buffer, appId: string): string =>
  encryptPush(padPush(layoutPush(message, appId)));
