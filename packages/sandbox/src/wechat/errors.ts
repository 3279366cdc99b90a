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
  40037: 'invalid template_id',
  41001: 'access_token missing',
  41002: 'appid missing',
  41004: 'appsecret missing',
  41008: 'missing code',
  41030: 'invalid page',
  42001: 'access_token expired',
  43001: 'require GET method',
  43002: 'require POST method',
  43101: 'user refuse to accept the msg',
  43107: 'subscribe capability or template banned',
  43108: 'concurrent sends to one user',
  44002: 'empty post data',
  45009: 'reach max api daily quota limit',
  45011: 'api minute-quota reach limit, must slower, retry next minute',
  45168: 'sensitive words',
  47001: 'data format error',
  47003: 'argument invalid!',
  48001: 'api unauthorized',
  50004: 'forbid to use token interface',
  50007: 'account frozen',
  87008: 'invalid sig_method',
  87009: 'invalid signature',
  89503: 'the ip needs to be confirmed by the admin',
  89506: 'the ip was refused by the admin, retry after 24 hours',
  89507: 'the ip was refused by the admin, retry after 1 hour',
  10060001: 'payment order does not exist',
  10060002: 'payment order is shipped already',
  10060003: 'the chance to ship again is used',
  10060004: 'the state of the payment order does not allow shipping',
  10060005: 'invalid logistics_type',
  10060006: 'only express may be split',
  10060007: 'is_all_delivered is required in split mode',
  10060008: 'item_desc is empty',
  10060009: 'item_desc is too long',
  10060014: 'invalid parameter',
  10060023: 'shipping information is not changed',
  10060024: 'shipping_list is too long',
  10060025: 'express_company is too long',
  10060026: 'tracking_no is too long',
  10060028: 'payment order is not shipped',
  10060029: 'invalid received_time',
  10060030: 'the buyer was reminded already',
  10060031: 'payment order does not belong to the openid',
  10060032: 'not an express order',
  268485194: 'invalid order_number_type',
  268485195: 'transaction_id is empty',
  268485196: 'mchid is empty',
  268485197: 'out_trade_no is empty',
  268485216: 'invalid upload_time',
  268485224: 'invalid delivery_mode',
  268485226: 'tracking_no is empty',
  268485227: 'express_company is empty',
  268485228: 'shipping_list must have one entry in unified mode',
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
