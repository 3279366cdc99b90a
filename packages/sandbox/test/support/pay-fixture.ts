import {
  createDecipheriv,
  createPublicKey,
  generateKeyPairSync,
  sign,
  verify,
  X509Certificate,
} from 'node:crypto';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Test } from 'tap';
import { createSandbox } from '../../src/index.ts';
import { START_MS } from './fixture.ts';

export const MCHID = '1900000001';
export const APPID = 'wx0000000000000001';
export const API_V3_KEY = '0123456789abcdef0123456789ABCDEF';
export const SERIAL = '4A1B2C3D4E5F60718293A4B5C6D7E8F901234567';

const merchantKey = generateKeyPairSync('rsa', { modulusLength: 2048 });
const strangerKey = generateKeyPairSync('rsa', { modulusLength: 2048 });

export interface SignOptions {
  readonly mchid?: string;
  readonly serial?: string;
  readonly timestamp?: string;
  readonly nonce?: string;
  readonly key?: 'merchant' | 'stranger';
  /** What is signed, when it is not what is sent. */
  readonly signedTarget?: string;
  readonly signedBody?: string;
  readonly lineEnd?: string;
  readonly lastEnd?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface PayAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
  readonly body: Record<string, unknown>;
}

export interface Received {
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

export const sign256 = (message: string, key: 'merchant' | 'stranger' = 'merchant'): string =>
  sign(
    'sha256',
    Buffer.from(message),
    (key === 'merchant' ? merchantKey : strangerKey).privateKey,
  ).toString('base64');

/** As a merchant does it: by the book, but for what `options` get wrong on purpose. */
export const createPayFixture = async (t: Test, random: () => number = () => 0.5) => {
  let nowMs = START_MS;
  const sandbox = createSandbox({
    wechatApps: [],
    payMerchants: [
      {
        mchid: MCHID,
        appids: [APPID],
        apiV3Key: API_V3_KEY,
        serialNo: SERIAL,
        publicKey: merchantKey.publicKey.export({ type: 'spki', format: 'pem' }).toString(),
      },
    ],
    nowMs: () => nowMs,
    random,
  });
  t.teardown(() => sandbox.close());

  const received: Received[] = [];
  const answers = { status: 200, delayMs: 0 };
  const merchant = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      received.push({ headers: request.headers, text: Buffer.concat(chunks).toString('utf8') });
      setTimeout(() => response.writeHead(answers.status).end(), answers.delayMs);
    });
  });
  await new Promise<void>((resolve) => merchant.listen(0, '127.0.0.1', resolve));
  t.teardown(() => {
    merchant.closeAllConnections();
    merchant.close();
  });
  const notifyUrl = `http://127.0.0.1:${(merchant.address() as AddressInfo).port}/notify`;

  const request = async (
    method: 'GET' | 'POST',
    target: string,
    body?: unknown,
    options: SignOptions = {},
  ): Promise<PayAnswer> => {
    const text = body === undefined ? '' : typeof body === 'string' ? body : JSON.stringify(body);
    const timestamp = options.timestamp ?? String(Math.floor(nowMs / 1000));
    const nonce = options.nonce ?? 'abcdefghij0123456789ABCDEFGHIJ01';
    const end = options.lineEnd ?? '\n';
    const lines = [
      method,
      options.signedTarget ?? target,
      timestamp,
      nonce,
      options.signedBody ?? text,
    ];
    const message = lines.join(end) + (options.lastEnd ?? end);
    const authorization =
      `WECHATPAY2-SHA256-RSA2048 mchid="${options.mchid ?? MCHID}",nonce_str="${nonce}",` +
      `signature="${sign256(message, options.key)}",timestamp="${timestamp}",serial_no="${options.serial ?? SERIAL}"`;
    const response = await sandbox.app.inject({
      method,
      url: target,
      headers: {
        authorization,
        accept: 'application/json',
        ...(text === '' ? {} : { 'content-type': 'application/json' }),
        ...options.headers,
      },
      ...(text === '' ? {} : { payload: text }),
    });
    const parse = (): Record<string, unknown> => {
      try {
        return JSON.parse(response.body) as Record<string, unknown>;
      } catch {
        return {};
      }
    };
    return {
      status: response.statusCode,
      headers: response.headers as Record<string, string>,
      text: response.body,
      body: parse(),
    };
  };

  const control = async (method: 'GET' | 'POST' | 'PATCH', path: string, body?: object) => {
    const response = await sandbox.app.inject({
      method,
      url: `/__sandbox/wechat-pay${path}`,
      ...(body === undefined ? {} : { payload: body }),
    });
    return {
      status: response.statusCode,
      body: JSON.parse(response.body) as Record<string, unknown>,
    };
  };

  const orderBody = (extra: object = {}) => ({
    appid: APPID,
    mchid: MCHID,
    description: '盲盒一个',
    out_trade_no: 'ORDER00001',
    notify_url: notifyUrl,
    amount: { total: 990, currency: 'CNY' },
    payer: { openid: 'o-anna' },
    ...extra,
  });
  const prepay = async (extra: object = {}): Promise<string> => {
    const { body } = await request('POST', '/v3/pay/transactions/jsapi', orderBody(extra));
    return String(body['prepay_id']);
  };
  const payAs = (prepayId: string, body?: object) =>
    control('POST', `/prepays/${prepayId}/pay`, body);

  return {
    sandbox,
    request,
    control,
    received,
    answers,
    notifyUrl,
    orderBody,
    prepay,
    pay: payAs,
    paid: async (extra: object = {}) => payAs(await prepay(extra)),
    query: (number = 'ORDER00001') =>
      request('GET', `/v3/pay/transactions/out-trade-no/${number}?mchid=${MCHID}`),
    refund: (extra: object = {}, options: SignOptions = {}) =>
      request(
        'POST',
        '/v3/refund/domestic/refunds',
        {
          out_trade_no: 'ORDER00001',
          out_refund_no: 'REFUND00001',
          notify_url: notifyUrl,
          amount: { refund: 300, total: 990, currency: 'CNY' },
          ...extra,
        },
        options,
      ),
    settings: (body: object) => control('PATCH', `/merchants/${MCHID}`, body),
    advance: (ms: number) => {
      nowMs += ms;
    },
    nowMs: () => nowMs,
  };
};

/** What the merchant checks of an answer or a notification, with the key of that serial. */
export const isGenuine = (
  headers: Readonly<Record<string, unknown>>,
  text: string,
  pem: string,
): boolean => {
  const message = `${String(headers['wechatpay-timestamp'])}\n${String(headers['wechatpay-nonce'])}\n${text}\n`;
  const signature = Buffer.from(String(headers['wechatpay-signature']), 'base64');
  return verify('sha256', Buffer.from(message), createPublicKey(pem), signature);
};

export interface SealedResource {
  readonly nonce: string;
  readonly associated_data: string;
  readonly ciphertext: string;
}

export const open = ({ nonce, associated_data, ciphertext }: SealedResource): string => {
  const bytes = Buffer.from(ciphertext, 'base64');
  const decipher = createDecipheriv('aes-256-gcm', Buffer.from(API_V3_KEY), nonce);
  decipher.setAAD(Buffer.from(associated_data));
  decipher.setAuthTag(bytes.subarray(-16));
  return Buffer.concat([decipher.update(bytes.subarray(0, -16)), decipher.final()]).toString(
    'utf8',
  );
};

export const certificateOf = (pem: string): X509Certificate => new X509Certificate(pem);
