import {
  createCipheriv,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  randomBytes,
  sign,
  verify,
  type KeyObject,
} from 'node:crypto';
import forge from 'node-forge';
import { randomText } from '../random.ts';

/** A key the platform signs with, and the name that its signatures carry. */
export interface PlatformKey {
  readonly serial: string;
  readonly kind: 'certificate' | 'public_key';
  readonly privateKey: KeyObject;
  /** PEM: of the certificate, or of the bare public key. */
  readonly pem: string;
  readonly effectiveAtMs: number;
  readonly expiresAtMs: number;
}

const CERTIFICATE_LIFE_MS = 5 * 365 * 86_400_000;

const newRsaKey = (): KeyObject => generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;

const pkcs8 = (key: KeyObject): string => key.export({ type: 'pkcs8', format: 'pem' }).toString();

/** 40 upper-case hex digits that begin with neither 0 nor 8–F: a positive number of full length. */
const newSerial = (): string =>
  `4${randomBytes(20).toString('hex').slice(1)}`.toUpperCase().slice(0, 40);

/** A self-signed certificate, as far as a merchant can tell that of the platform. */
export const issueCertificate = (nowMs: number): PlatformKey => {
  const privateKey = newRsaKey();
  const serial = newSerial();
  const certificate = forge.pki.createCertificate();
  const forgeKey = forge.pki.privateKeyFromPem(pkcs8(privateKey));
  certificate.publicKey = forge.pki.setRsaPublicKey(forgeKey.n, forgeKey.e);
  certificate.serialNumber = serial.toLowerCase();
  certificate.validity.notBefore = new Date(nowMs);
  certificate.validity.notAfter = new Date(nowMs + CERTIFICATE_LIFE_MS);
  const name = [
    { name: 'commonName', value: 'Tenpay.com sign (sandbox)' },
    { name: 'organizationName', value: 'Tenpay.com' },
    { name: 'countryName', value: 'CN' },
  ];
  certificate.setSubject(name);
  certificate.setIssuer(name);
  certificate.sign(forgeKey, forge.md.sha256.create());
  return {
    serial,
    kind: 'certificate',
    privateKey,
    pem: forge.pki.certificateToPem(certificate).replaceAll('\r\n', '\n'),
    effectiveAtMs: nowMs,
    expiresAtMs: nowMs + CERTIFICATE_LIFE_MS,
  };
};

export const publicKeyOf = (given?: { id: string; privateKey: string }): PlatformKey => {
  const privateKey = given === undefined ? newRsaKey() : createPrivateKey(given.privateKey);
  const digits = Array.from(randomBytes(30), (byte) => byte % 10).join('');
  return {
    serial: given?.id ?? `PUB_KEY_ID_01${digits}`,
    kind: 'public_key',
    privateKey,
    pem: createPublicKey(privateKey).export({ type: 'spki', format: 'pem' }).toString(),
    effectiveAtMs: 0,
    expiresAtMs: Number.MAX_SAFE_INTEGER,
  };
};

/** The headers that go with a body the platform signs (reference 3). */
export const signedHeaders = (
  key: PlatformKey,
  body: string,
  { timestampSeconds, isProbe = false }: { timestampSeconds: number; isProbe?: boolean },
): Record<string, string> => {
  const timestamp = String(timestampSeconds);
  const nonce = randomText(32);
  const message = Buffer.from(`${timestamp}\n${nonce}\n${body}\n`, 'utf8');
  const signature = isProbe
    ? `WECHATPAY/SIGNTEST/${randomBytes(200).toString('base64')}`
    : sign('sha256', message, key.privateKey).toString('base64');
  return {
    'Wechatpay-Timestamp': timestamp,
    'Wechatpay-Nonce': nonce,
    'Wechatpay-Signature': signature,
    'Wechatpay-Serial': key.serial,
    'Wechatpay-Signature-Type': 'WECHATPAY2-SHA256-RSA2048',
  };
};

/** Whether the merchant's key made this signature. */
export const isSignedBy = (publicKeyPem: string, message: Buffer, signature: string): boolean => {
  const bytes = Buffer.from(signature, 'base64');
  // Not every text is base64; what does not survive the round trip was none.
  if (bytes.toString('base64') !== signature) return false;
  return verify('sha256', message, createPublicKey(publicKeyPem), bytes);
};

export interface Sealed {
  readonly algorithm: 'AEAD_AES_256_GCM';
  readonly nonce: string;
  readonly associated_data: string;
  readonly ciphertext: string;
}

/** AEAD_AES_256_GCM as notifications and certificates use it (reference 5). */
export const sealFor = (apiV3Key: string, text: string, associatedData: string): Sealed => {
  const nonce = randomText(12);
  const cipher = createCipheriv('aes-256-gcm', Buffer.from(apiV3Key, 'ascii'), nonce);
  cipher.setAAD(Buffer.from(associatedData));
  const ciphertext = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
  return {
    algorithm: 'AEAD_AES_256_GCM',
    nonce,
    associated_data: associatedData,
    ciphertext: Buffer.concat([ciphertext, cipher.getAuthTag()]).toString('base64'),
  };
};
