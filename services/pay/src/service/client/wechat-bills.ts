import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import type { BillKind } from '../../domain/bill.ts';
import { payError } from '../../errors.ts';
import type { WechatBills } from '../../service.ts';
import type { PayExchange } from './wechat-pay-exchange.ts';

/** A line is about 400 bytes: half a million of them. */
const PLAIN_BYTES_MAX = 256 * 1024 * 1024;

const unzip = promisify(gunzip);

const queries = {
  trade: '/v3/bill/tradebill?bill_type=ALL',
  fundflow: '/v3/bill/fundflowbill?account_type=BASIC',
} as const satisfies Record<BillKind, string>;

const unusable = (reason: string, message: string, cause?: unknown) =>
  payError('UPSTREAM_WECHAT_PAY_UNAVAILABLE', { message, data: { reason }, cause });

/** Path and query of a download; the host is always the one that is configured. */
const targetOf = (address: unknown): string => {
  const url = typeof address === 'string' && URL.canParse(address) ? new URL(address) : undefined;
  if (url === undefined || !url.pathname.startsWith('/v3/billdownload/'))
    throw unusable('garbage', 'a bill has no address to fetch it from');
  return `${url.pathname}${url.search}`;
};

const MAGIC = Buffer.from([0x1f, 0x8b]);

/** Packed or not: WeChat may ignore that we take it packed. */
const unpack = async (body: Buffer): Promise<Buffer> => {
  if (!body.subarray(0, 2).equals(MAGIC)) return body;
  return unzip(body, { maxOutputLength: PLAIN_BYTES_MAX }).catch((error: unknown) => {
    throw unusable('garbage', 'a bill cannot be unpacked', error);
  });
};

export const createWechatBills = ({
  exchange,
}: {
  readonly exchange: Pick<PayExchange, 'send' | 'download'>;
}): WechatBills => ({
  async fetch(day, kind) {
    const about = { operation: `bill-${kind}`, reference: day };
    const target = `${queries[kind]}&bill_date=${day}&tar_type=GZIP`;
    const order = await exchange.send({ ...about, method: 'GET', target });
    if (order.code === 'NOSTATEMENTEXIST') return { kind: 'none' };
    if (order.code === 'STATEMENTCREATING') return { kind: 'later' };
    if (order.code !== '')
      throw payError('UPSTREAM_WECHAT_PAY_REJECTED', {
        message: `bill of ${day}: WeChat Pay answered ${order.status} ${order.code}`,
        data: { status: order.status, code: order.code },
      });
    const { hash_type: hashType, hash_value: hash, download_url: address } = order.fields;
    if (hashType !== 'SHA1' || typeof hash !== 'string')
      throw unusable('garbage', 'a bill has no hash that we know');
    const file = await exchange.download({
      operation: 'bill-download',
      reference: `${day} ${kind}`,
      target: targetOf(address),
    });
    if (file.status !== 200) throw unusable('download', `a bill was answered with ${file.status}`);
    const plain = await unpack(file.body);
    const sha1 = createHash('sha1').update(plain).digest('hex');
    if (sha1 !== hash.toLowerCase())
      throw unusable('hash', `the bill of ${day} does not have the hash that was promised`);
    return { kind: 'file', sha1, plain };
  },
});
