import { randomBytes, sign, type KeyObject } from 'node:crypto';

/** Who signs: the merchant, by the private key of its API certificate. */
export interface MerchantIdentity {
  readonly mchid: string;
  /** Serial of the API certificate, 40 hex digits in upper case. */
  readonly serialNo: string;
  readonly privateKey: KeyObject;
}

const NONCE_BYTES = 16;

export const newNonce = (): string => randomBytes(NONCE_BYTES).toString('hex');

export const signText = ({ privateKey }: MerchantIdentity, text: string): string =>
  sign('sha256', Buffer.from(text, 'utf8'), privateKey).toString('base64');

/**
 * The Authorization header (reference: Pay, 2). `target` is path and query exactly as sent, `body`
 * the bytes as sent.
 */
export const authorizationOf = (
  identity: MerchantIdentity,
  request: { readonly method: string; readonly target: string; readonly body: string },
  nowMs: number,
): string => {
  const timestamp = String(Math.floor(nowMs / 1000));
  const nonce = newNonce();
  const { method, target, body } = request;
  const signature = signText(identity, `${method}\n${target}\n${timestamp}\n${nonce}\n${body}\n`);
  const { mchid, serialNo } = identity;
  return `WECHATPAY2-SHA256-RSA2048 mchid="${mchid}",nonce_str="${nonce}",signature="${signature}",timestamp="${timestamp}",serial_no="${serialNo}"`;
};
