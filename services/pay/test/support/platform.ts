import { createCipheriv, randomBytes, sign, type KeyObject } from 'node:crypto';
import { createSandbox } from '@app/sandbox';
import { MERCHANT } from './builders.ts';

export const API_V3_KEY = '0f8a1b2c3d4e5f60718293a4b5c6d7e8';

/** The five headers WeChat Pay sends, made from the reference (Pay, 3) alone. */
export const signedBy = (
  { serial, privateKey }: { readonly serial: string; readonly privateKey: KeyObject },
  body: string,
  atMs: number,
): Record<string, string> => {
  const timestamp = String(Math.floor(atMs / 1000));
  const nonce = randomBytes(16).toString('hex');
  const message = `${timestamp}\n${nonce}\n${body}\n`;
  return {
    'wechatpay-timestamp': timestamp,
    'wechatpay-nonce': nonce,
    'wechatpay-signature': sign('sha256', Buffer.from(message), privateKey).toString('base64'),
    'wechatpay-serial': serial,
    'wechatpay-signature-type': 'WECHATPAY2-SHA256-RSA2048',
  };
};

/** AEAD_AES_256_GCM (reference: Pay, 5). */
export const sealed = (text: string, associated: string, apiV3Key = API_V3_KEY) => {
  const nonce = randomBytes(6).toString('hex');
  const cipher = createCipheriv('aes-256-gcm', apiV3Key, nonce).setAAD(Buffer.from(associated));
  const bytes = Buffer.concat([cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]);
  return {
    algorithm: 'AEAD_AES_256_GCM',
    nonce,
    associated_data: associated,
    ciphertext: bytes.toString('base64'),
  };
};

/** The envelope of a notification (reference: Pay, 8.1). */
export const envelopeOf = (content: object, kind: 'transaction' | 'refund'): string =>
  JSON.stringify({
    id: 'EV-1',
    create_time: '2026-11-20T12:00:00+08:00',
    resource_type: 'encrypt-resource',
    event_type: kind === 'refund' ? 'REFUND.SUCCESS' : 'TRANSACTION.SUCCESS',
    summary: '支付成功',
    resource: { original_type: kind, ...sealed(JSON.stringify(content), kind) },
  });

export interface IssuedKey {
  readonly serial: string;
  readonly privateKey: KeyObject;
  readonly pem: string;
}

/** Certificates and public key of a platform that nobody talks to over HTTP. */
export const createPlatform = (nowMs: () => number) => {
  const { state } = createSandbox({
    wechatApps: [],
    payMerchants: [
      {
        mchid: MERCHANT,
        appids: [],
        apiV3Key: API_V3_KEY,
        serialNo: '4A1B2C3D4E5F60718293A4B5C6D7E8F901234567',
        publicKey: '',
      },
    ],
    nowMs,
  });
  return {
    newCertificate: (): IssuedKey => state.pay.rotateCertificate(MERCHANT),
    publicKey: (): IssuedKey => state.pay.publicKey(MERCHANT),
    /** `GET /v3/certificates` with these, signed by one of them or another key. */
    listOf(certificates: readonly IssuedKey[], signer: IssuedKey, apiV3Key = API_V3_KEY) {
      const data = certificates.map(({ serial, pem }) => ({
        serial_no: serial,
        effective_time: '2026-01-01T00:00:00+08:00',
        expire_time: '2031-01-01T00:00:00+08:00',
        encrypt_certificate: sealed(pem, 'certificate', apiV3Key),
      }));
      const body = JSON.stringify({ data });
      return { headers: signedBy(signer, body, nowMs()), body: Buffer.from(body) };
    },
  };
};
