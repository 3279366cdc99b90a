import { createDecipheriv, verify, type KeyObject } from 'node:crypto';

const SKEW_SECONDS_MAX = 300;
const TYPE = 'WECHATPAY2-SHA256-RSA2048';
const TAG_BYTES = 16;

export type Headers = Readonly<Record<string, string>>;

/** Why a message is not believed. */
export type Distrust = 'headers' | 'time' | 'type' | 'serial' | 'signature';

export type Verdict = { readonly ok: true } | { readonly ok: false; readonly reason: Distrust };

/** `Wechatpay-Serial` of a message, when it has all it needs to be verified and is not stale. */
export const readSerial = (
  headers: Headers,
  nowMs: number,
):
  | { readonly ok: true; readonly serial: string }
  | { readonly ok: false; readonly reason: Distrust } => {
  const serial = headers['wechatpay-serial'] ?? '';
  const timestamp = headers['wechatpay-timestamp'] ?? '';
  const isComplete =
    serial !== '' &&
    /^\d{1,12}$/.test(timestamp) &&
    (headers['wechatpay-nonce'] ?? '') !== '' &&
    (headers['wechatpay-signature'] ?? '') !== '';
  if (!isComplete) return { ok: false, reason: 'headers' };
  if (Math.abs(nowMs / 1000 - Number(timestamp)) >= SKEW_SECONDS_MAX)
    return { ok: false, reason: 'time' };
  const type = headers['wechatpay-signature-type'];
  if (type !== undefined && type !== TYPE) return { ok: false, reason: 'type' };
  return { ok: true, serial };
};

/** Whether the key made the signature over timestamp, nonce and body (reference: Pay, 3). */
export const isSigned = (headers: Headers, body: Buffer, key: KeyObject): boolean => {
  const head = `${headers['wechatpay-timestamp'] ?? ''}\n${headers['wechatpay-nonce'] ?? ''}\n`;
  const text = headers['wechatpay-signature'] ?? '';
  const signature = Buffer.from(text, 'base64');
  // Probes of the vendor (WECHATPAY/SIGNTEST/…) and other texts that are no base64 end here.
  if (signature.toString('base64') !== text) return false;
  const message = Buffer.concat([Buffer.from(head, 'utf8'), body, Buffer.from('\n')]);
  return verify('sha256', message, key, signature);
};

export interface SealedResource {
  readonly algorithm: string;
  readonly nonce: string;
  readonly associated_data?: string | undefined;
  readonly ciphertext: string;
}

/** AEAD_AES_256_GCM (reference: Pay, 5); undefined when it does not open. */
export const openResource = (
  { algorithm, nonce, associated_data = '', ciphertext }: SealedResource,
  apiV3Key: string,
): string | undefined => {
  if (algorithm !== 'AEAD_AES_256_GCM') return undefined;
  try {
    const bytes = Buffer.from(ciphertext, 'base64');
    if (bytes.toString('base64') !== ciphertext || bytes.length <= TAG_BYTES) return undefined;
    const decipher = createDecipheriv('aes-256-gcm', Buffer.from(apiV3Key, 'utf8'), nonce);
    decipher.setAAD(Buffer.from(associated_data, 'utf8'));
    decipher.setAuthTag(bytes.subarray(-TAG_BYTES));
    const plain = [decipher.update(bytes.subarray(0, -TAG_BYTES)), decipher.final()];
    return Buffer.concat(plain).toString('utf8');
  } catch {
    return undefined;
  }
};
