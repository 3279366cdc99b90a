import { randomHex } from '../random.ts';

/** The vendor's texts. Clients must never match on them; only the code is a promise. */
const messages: Readonly<Record<number, string>> = {
  [-1]: 'system error',
  40001: 'invalid credential, access_token is invalid or not latest',
  40002: 'invalid grant_type',
  40003: 'invalid openid',
  40013: 'invalid appid',
  40014: 'invalid access_token',
  40029: 'invalid code',
  40097: 'invalid args',
  40125: 'invalid appsecret',
  40163: 'code been used',
  40164: 'invalid ip, not in whitelist',
  40226: 'code blocked',
  40243: 'invalid appsecret, appsecret has been frozen',
  41001: 'access_token missing',
  41002: 'appid missing',
  41004: 'appsecret missing',
  41008: 'missing code',
  42001: 'access_token expired',
  43001: 'require GET method',
  43002: 'require POST method',
  44002: 'empty post data',
  45009: 'reach max api daily quota limit',
  45011: 'api minute-quota reach limit, must slower, retry next minute',
  47001: 'data format error',
  48001: 'api unauthorized',
  50004: 'forbid to use token interface',
  50007: 'account frozen',
  76021: 'cgi_path not found',
  87008: 'invalid sig_method',
  87009: 'invalid signature',
  89503: 'the ip needs to be confirmed by the admin',
  89506: 'the ip was refused by the admin, retry after 24 hours',
  89507: 'the ip was refused by the admin, retry after 1 hour',
};

/** A refusal of the real host: HTTP 200 with `errcode`. */
export class WechatError extends Error {
  override readonly name = 'WechatError';
  readonly errcode: number;

  constructor(errcode: number, detail?: string) {
    super(detail ?? messages[errcode] ?? 'unknown error');
    this.errcode = errcode;
  }
}

/** The body of a refusal, with the request id that the vendor appends to every message. */
export const errorBody = (
  errcode: number,
  message?: string,
): { errcode: number; errmsg: string } => ({
  errcode,
  errmsg: `${message ?? messages[errcode] ?? 'unknown error'} rid: ${randomHex(8)}-${randomHex(8)}-${randomHex(8)}`,
});
