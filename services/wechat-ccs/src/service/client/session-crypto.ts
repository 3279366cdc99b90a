import { createDecipheriv, createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { SessionCrypto } from '../../service.ts';

const BLOCK_BYTES = 16;

/** Reference, 1.1 and 2. Signatures take the session key as text, the cipher takes its bytes. */
export const sessionCrypto: SessionCrypto = {
  sign: (sessionKey) => createHmac('sha256', sessionKey).update('').digest('hex'),

  isSignatureOf(signature, rawData, sessionKey) {
    const expected = createHash('sha1').update(rawData).update(sessionKey).digest();
    const given = Buffer.from(signature, 'hex');
    return given.length === expected.length && timingSafeEqual(given, expected);
  },

  decrypt(sessionKey, encryptedData, iv) {
    const [key, vector, cipherText] = [sessionKey, iv, encryptedData].map((text) =>
      Buffer.from(text, 'base64'),
    );
    if (key?.length !== BLOCK_BYTES || vector?.length !== BLOCK_BYTES) return undefined;
    if (cipherText === undefined || cipherText.length % BLOCK_BYTES !== 0) return undefined;
    try {
      const decipher = createDecipheriv('aes-128-cbc', key, vector);
      const plain = Buffer.concat([decipher.update(cipherText), decipher.final()]);
      return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(plain);
    } catch {
      // A wrong padding or no UTF-8: the key is another one, or somebody tampered.
      return undefined;
    }
  },
};
