import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from 'node:crypto';
import { assert } from './assert.ts';

/**
 * Encrypts personal data and secrets at rest: AES-256-GCM with a random 96-bit nonce.
 * The text form is `v1.<keyId>.<nonce>.<ciphertext and tag>` (base64url), so a row says by itself
 * which key opens it and keys can be rotated row by row.
 */
export interface Sealer {
  /** The id of the key that new values are sealed with. */
  readonly currentKeyId: string;
  /**
   * @param context what the value is and whose (for example `user.phone:<userId>`); it is
   * authenticated, so a ciphertext moved to another row or column does not open.
   */
  seal(plaintext: string, context: string): string;
  /** Throws when the value was altered, belongs elsewhere or its key is not on the ring. */
  open(sealed: string, context: string): string;
  /** Which key a sealed value needs; the re-encrypt job looks for all but the current one. */
  keyIdOf(sealed: string): string;
}

const KEY_ID = /^[A-Za-z0-9_-]{1,16}$/;

/**
 * @param ring `id:base64key` pairs separated by commas, each key 32 bytes; the first one seals,
 * all of them open. Example: `k2:…,k1:…` while k1 is being retired.
 */
export const createSealer = (ring: string): Sealer => {
  const keys = new Map<string, Buffer>();
  for (const pair of ring.split(',')) {
    const colon = pair.indexOf(':');
    const id = pair.slice(0, colon).trim();
    assert(
      colon > 0 && KEY_ID.test(id),
      'a key ring is "id:base64,id:base64"; an id is 1-16 of [A-Za-z0-9_-]',
    );
    const key = Buffer.from(pair.slice(colon + 1).trim(), 'base64');
    assert(key.length === 32, `key ${id} of the ring must be 32 bytes in base64`);
    assert(!keys.has(id), `key ${id} stands twice in the ring`);
    keys.set(id, key);
  }
  const [currentKeyId] = keys.keys();
  assert(currentKeyId !== undefined, 'a key ring needs at least one key');
  const keyOf = (id: string): Buffer => {
    const key = keys.get(id);
    assert(
      key !== undefined,
      `no key "${id}" on the ring: keep a retired key until its rows are re-encrypted`,
    );
    return key;
  };
  const parse = (sealed: string) => {
    const [version, keyId, nonce, body, more] = sealed.split('.');
    assert(
      version === 'v1' &&
        keyId !== undefined &&
        nonce !== undefined &&
        body !== undefined &&
        more === undefined,
      'not a sealed value',
    );
    return { keyId, nonce: Buffer.from(nonce, 'base64url'), body: Buffer.from(body, 'base64url') };
  };

  return {
    currentKeyId,
    seal(plaintext, context) {
      const nonce = randomBytes(12);
      const cipher = createCipheriv('aes-256-gcm', keyOf(currentKeyId), nonce);
      cipher.setAAD(Buffer.from(context));
      const body = Buffer.concat([
        cipher.update(plaintext, 'utf8'),
        cipher.final(),
        cipher.getAuthTag(),
      ]);
      return `v1.${currentKeyId}.${nonce.toString('base64url')}.${body.toString('base64url')}`;
    },
    open(sealed, context) {
      const { keyId, nonce, body } = parse(sealed);
      assert(nonce.length === 12 && body.length >= 16, 'not a sealed value');
      const decipher = createDecipheriv('aes-256-gcm', keyOf(keyId), nonce);
      decipher.setAAD(Buffer.from(context));
      decipher.setAuthTag(body.subarray(body.length - 16));
      return (
        decipher.update(body.subarray(0, body.length - 16), undefined, 'utf8') +
        decipher.final('utf8')
      );
    },
    keyIdOf: (sealed) => parse(sealed).keyId,
  };
};

/** A keyed hash for looking up encrypted values by equality (lower-case hex, 64 characters). */
export const createBlindIndex = (secret: string): ((value: string, purpose: string) => string) => {
  assert(secret.length >= 32, 'the secret of a blind index needs at least 32 characters');
  return (value, purpose) =>
    createHmac('sha256', secret).update(`${purpose}\n${value}`).digest('hex');
};

/**
 * A one-off key ring from a high-entropy secret, for sealing something only the holder of that
 * secret may read (HKDF-SHA-256).
 */
export const sealerFromSecret = (secret: string, purpose: string): Sealer =>
  createSealer(`s:${Buffer.from(hkdfSync('sha256', secret, '', purpose, 32)).toString('base64')}`);
