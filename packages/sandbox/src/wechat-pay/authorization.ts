import { signError } from './errors.ts';
import { isSignedBy } from './keyring.ts';
import type { PayMerchant } from './model.ts';

const SCHEME = 'WECHATPAY2-SHA256-RSA2048 ';
const SKEW_SECONDS_MAX = 300;

/** One request as it came over the wire: what is signed is what was sent. */
export interface WireRequest {
  readonly method: string;
  /** Path and query exactly as sent. */
  readonly target: string;
  readonly body: Buffer;
  readonly authorization: string | undefined;
}

const parse = (
  header: string,
): Record<'mchid' | 'nonce_str' | 'signature' | 'timestamp' | 'serial_no', string> => {
  if (!header.startsWith(SCHEME)) throw signError('unknown scheme');
  const fields = new Map<string, string>();
  for (const part of header.slice(SCHEME.length).split(',')) {
    const match = /^([a-z_]+)="([^"]*)"$/.exec(part);
    if (match?.[1] === undefined || match[2] === undefined) throw signError('malformed header');
    if (fields.has(match[1])) throw signError(`${match[1]} given twice`);
    fields.set(match[1], match[2]);
  }
  const read = (name: string): string => {
    const value = fields.get(name);
    if (value === undefined || value === '') throw signError(`${name} is missing`);
    return value;
  };
  return {
    mchid: read('mchid'),
    nonce_str: read('nonce_str'),
    signature: read('signature'),
    timestamp: read('timestamp'),
    serial_no: read('serial_no'),
  };
};

/** The merchant who signed this request; 401 SIGN_ERROR without any effect otherwise (reference 2). */
export const authenticate = (
  request: WireRequest,
  findMerchant: (mchid: string) => PayMerchant | undefined,
  nowMs: number,
): PayMerchant => {
  const { method, target, body, authorization } = request;
  if (authorization === undefined) throw signError('Authorization is missing');
  const fields = parse(authorization);
  if (!/^\d{10}$/.test(fields.timestamp)) throw signError('timestamp is not in seconds');
  if (Math.abs(nowMs / 1000 - Number(fields.timestamp)) > SKEW_SECONDS_MAX) {
    throw signError('timestamp is too far from the time here');
  }
  if (!/^[0-9A-Za-z]{1,32}$/.test(fields.nonce_str)) throw signError('nonce_str is malformed');
  const merchant = findMerchant(fields.mchid);
  if (merchant === undefined) throw signError('unknown mchid');
  if (fields.serial_no !== merchant.config.serialNo) throw signError('unknown serial_no');
  const head = `${method}\n${target}\n${fields.timestamp}\n${fields.nonce_str}\n`;
  const message = Buffer.concat([Buffer.from(head, 'utf8'), body, Buffer.from('\n')]);
  if (!isSignedBy(merchant.config.publicKey, message, fields.signature)) {
    throw signError('signature does not match');
  }
  return merchant;
};
