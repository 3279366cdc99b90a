import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createPublicKey } from 'node:crypto';
import { errorCode } from '@app/kernel';
import { createSandbox } from '@app/sandbox';
import { eventually } from '@app/testing';
import fc from 'fast-check';
import t from 'tap';
import { createTrustStore } from '../../src/service/client/trust-store.ts';
import { createNoticeReader } from '../../src/service/client/wechat-notice-reader.ts';
import type { RawNotice } from '../../src/service.ts';
import { MERCHANT, NOON_MS } from '../support/builders.ts';
import { API_V3_KEY, createPlatform } from '../support/platform.ts';

/** The whole of it: `PAY_NOTICE_MUTATIONS=100000`. */
const MUTATIONS = Number(process.env['PAY_NOTICE_MUTATIONS'] ?? 5000);
const PARTS = ['body', 'signature', 'timestamp', 'nonce', 'serial'] as const;

/** The sandbox's own notification of one payment, as it comes over the wire. */
const genuineNotices = async () => {
  const sandbox = createSandbox({
    wechatApps: [],
    payMerchants: [
      {
        mchid: MERCHANT,
        appids: ['wx1'],
        apiV3Key: API_V3_KEY,
        serialNo: '4A1B2C3D4E5F60718293A4B5C6D7E8F901234567',
        publicKey: '',
      },
    ],
    nowMs: () => NOON_MS,
  });
  const { pay } = sandbox.state;
  const came: RawNotice[] = [];
  const receiver = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const headers = request.headers as Record<string, string>;
      came.push({ headers, body: Buffer.concat(chunks) });
      response.writeHead(204).end();
    });
  });
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
  const { port } = receiver.address() as AddressInfo;
  const merchant = pay.findMerchant(MERCHANT)!;
  for (const notifyKey of ['certificate', 'public_key'] as const) {
    pay.changeSettings(MERCHANT, { notifyKey });
    pay.notifier.send(merchant, {
      url: `http://127.0.0.1:${port}/`,
      eventType: 'TRANSACTION.SUCCESS',
      originalType: 'transaction',
      summary: '支付成功',
      about: 'O1',
      content: {
        mchid: MERCHANT,
        appid: 'wx1',
        out_trade_no: 'O1',
        trade_state: 'SUCCESS',
        transaction_id: '42',
        success_time: '2026-11-20T12:00:00+08:00',
        payer: { openid: 'o-anna' },
        amount: { total: 990, currency: 'CNY' },
      },
    });
    const wanted = came.length + 1;
    await eventually(() => came.length >= wanted);
  }
  receiver.closeAllConnections();
  receiver.close();
  await sandbox.close();
  return { came, pay };
};

const { came, pay } = await genuineNotices();
const platform = createPlatform(() => NOON_MS);

/** The reader as it runs, with both keys known; only the journal is left out. */
const createReader = () => {
  const certificate = pay.certificates(MERCHANT)[0]!;
  const publicKey = pay.publicKey(MERCHANT);
  const clock = { nowMs: () => NOON_MS };
  const trust = createTrustStore({
    publicKeys: new Map([[publicKey.serial, createPublicKey(publicKey.pem)]]),
    apiV3Key: API_V3_KEY,
    fetchCertificates: () => Promise.resolve(platform.listOf([certificate], certificate)),
    clock,
    logger: { info: () => undefined, warn: () => undefined },
  });
  const journal = { add: () => Promise.resolve() };
  return createNoticeReader({ trust, apiV3Key: API_V3_KEY, journal, clock });
};

const reader = createReader();
const headerOf = (part: (typeof PARTS)[number]): string => `wechatpay-${part}`;

const bytesOf = (notice: RawNotice, part: (typeof PARTS)[number]): Buffer =>
  part === 'body' ? notice.body : Buffer.from(notice.headers[headerOf(part)]!, 'latin1');

const withBytes = (notice: RawNotice, part: (typeof PARTS)[number], bytes: Buffer): RawNotice =>
  part === 'body'
    ? { ...notice, body: bytes }
    : { ...notice, headers: { ...notice.headers, [headerOf(part)]: bytes.toString('latin1') } };

/** How the reader takes it: `believed`, the reason of its refusal, or the error that must not be. */
const verdictOf = async (notice: RawNotice): Promise<string> => {
  try {
    await reader.readPayment(notice);
    return 'believed';
  } catch (error) {
    if (errorCode(error) !== 'WECHAT_PAY_NOTICE_REFUSED') return String(error);
    return `refused ${(error as { data: { reason: string } }).data.reason}`;
  }
};

t.test('the notifications themselves are believed, by certificate and by public key', async (t) => {
  t.equal(came.length, 2);
  t.not(came[0]!.headers['wechatpay-serial'], came[1]!.headers['wechatpay-serial']);
  for (const notice of came) t.equal(await verdictOf(notice), 'believed');
});

t.test(`of ${MUTATIONS} changes of one byte none is believed`, { timeout: 600_000 }, async (t) => {
  const verdicts = new Map<string, number>();
  const oneByte = fc
    .tuple(fc.nat(1), fc.constantFrom(...PARTS), fc.nat(), fc.integer({ min: 1, max: 255 }))
    .map(([which, part, at, change]) => {
      const bytes = Buffer.from(bytesOf(came[which]!, part));
      const position = at % bytes.length;
      bytes.writeUInt8(bytes.readUInt8(position) ^ change, position);
      return withBytes(came[which]!, part, bytes);
    });

  await fc.assert(
    fc.asyncProperty(oneByte, async (notice) => {
      const verdict = await verdictOf(notice);
      verdicts.set(verdict, (verdicts.get(verdict) ?? 0) + 1);
      return verdict.startsWith('refused ');
    }),
    { numRuns: MUTATIONS },
  );

  t.comment(JSON.stringify(Object.fromEntries(verdicts)));
  t.same([...verdicts.keys()].sort(), [
    ...['refused headers', 'refused serial', 'refused signature', 'refused time'],
  ]);
});

t.test(
  'every position of signature, time, nonce and serial counts, and every tenth of the body',
  async (t) => {
    const believed: string[] = [];
    for (const part of PARTS) {
      const notice = came[1]!;
      const genuine = bytesOf(notice, part);
      for (let at = 0; at < genuine.length; at += part === 'body' ? 10 : 1) {
        const bytes = Buffer.from(genuine);
        bytes.writeUInt8(bytes.readUInt8(at) ^ 1, at);
        const verdict = await verdictOf(withBytes(notice, part, bytes));
        if (!verdict.startsWith('refused ')) believed.push(`${part} ${at}: ${verdict}`);
      }
    }
    t.same(believed, []);
  },
);

t.test(
  'another spelling of the same signature is refused, and so is one byte less or more',
  async (t) => {
    const notice = came[0]!;
    const genuine = notice.headers['wechatpay-signature']!;
    const wanted = Buffer.from(genuine, 'base64');
    const at = genuine.indexOf('=') - 1;
    const digits = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
    const spellings = [...digits]
      .map((digit) => `${genuine.slice(0, at)}${digit}==`)
      .concat(
        genuine.slice(0, -1),
        genuine.slice(0, -2),
        `${genuine}=`,
        `${genuine}\n`,
        `${genuine}A`,
      )
      .concat(genuine.replaceAll('+', '-').replaceAll('/', '_'))
      .filter((text) => text !== genuine && Buffer.from(text, 'base64').equals(wanted));

    t.ok(spellings.length >= 15);
    for (const text of spellings) {
      const verdict = await verdictOf(withBytes(notice, 'signature', Buffer.from(text, 'latin1')));
      t.equal(verdict, 'refused signature', text.slice(-6));
    }
    for (const body of [notice.body.subarray(1), Buffer.concat([notice.body, Buffer.from(' ')])])
      t.equal(await verdictOf({ ...notice, body }), 'refused signature');
  },
);
