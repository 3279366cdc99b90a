import {
  constants,
  createPublicKey,
  generateKeyPairSync,
  privateEncrypt,
  createHash,
} from 'node:crypto';
import t from 'tap';
import {
  isSigned,
  openResource,
  readSerial,
} from '../../../src/service/client/platform-signature.ts';
import { NOON_MS } from '../../support/builders.ts';
import { API_V3_KEY, sealed, signedBy } from '../../support/platform.ts';

const pair = generateKeyPairSync('rsa', { modulusLength: 2048 });
const key = createPublicKey(pair.privateKey);
const signer = { serial: 'PUB_KEY_ID_01', privateKey: pair.privateKey };
const body = '{"id":"EV-1","summary":"支付成功"}';
const headers = signedBy(signer, body, NOON_MS);

t.test('a signature over timestamp, nonce and body is believed', async (t) => {
  t.equal(isSigned(headers, Buffer.from(body), key), true);
  const empty = signedBy(signer, '', NOON_MS);
  t.equal(isSigned(empty, Buffer.alloc(0), key), true, 'also of a 204 without a body');
});

t.test('the signature is PKCS#1 v1.5 with SHA-256, built by hand', async (t) => {
  const [timestamp, nonce] = ['1763611200', 'abc'];
  const digest = createHash('sha256').update(`${timestamp}\n${nonce}\n${body}\n`).digest();
  // DigestInfo of SHA-256, RFC 8017 section 9.2.
  const info = Buffer.concat([
    Buffer.from('3031300d060960864801650304020105000420', 'hex'),
    digest,
  ]);
  const bytes = privateEncrypt(
    { key: pair.privateKey, padding: constants.RSA_PKCS1_PADDING },
    info,
  );
  const made = {
    'wechatpay-timestamp': timestamp,
    'wechatpay-nonce': nonce,
    'wechatpay-signature': bytes.toString('base64'),
  };

  t.equal(isSigned(made, Buffer.from(body), key), true);
  t.equal(isSigned({ ...made, 'wechatpay-nonce': 'abd' }, Buffer.from(body), key), false);
});

t.test('another key, body or line ending is not believed', async (t) => {
  const other = generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey;

  t.equal(isSigned(headers, Buffer.from(body), other), false);
  t.equal(isSigned(headers, Buffer.from(`${body}\n`), key), false);
  t.equal(isSigned(headers, Buffer.from(body.replace('支', '付')), key), false);
});

t.test(
  'probes and every other text that is no base64 are refused without an exception',
  async (t) => {
    const genuine = headers['wechatpay-signature']!;
    const odd = [
      `WECHATPAY/SIGNTEST/${genuine}`,
      genuine.replaceAll('=', ''),
      `${genuine}=`,
      ` ${genuine}`,
      genuine.replaceAll('+', '-').replaceAll('/', '_').concat('.'),
      '====',
      '',
      '签名',
      'A'.repeat(100_000),
    ];
    for (const text of odd)
      t.equal(
        isSigned({ ...headers, 'wechatpay-signature': text }, Buffer.from(body), key),
        false,
        text.slice(0, 30),
      );
  },
);

t.test('a text that decodes to the same bytes is another text', async (t) => {
  const genuine = headers['wechatpay-signature']!;
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/-_';
  const at = genuine.indexOf('=') - 1;
  const same = [...alphabet]
    .map((character) => genuine.slice(0, at) + character + genuine.slice(at + 1))
    .filter((text) => text !== genuine)
    .filter((text) => Buffer.from(text, 'base64').equals(Buffer.from(genuine, 'base64')));

  t.ok(same.length >= 15, 'the last digit before == carries four bits that nobody reads');
  for (const text of same)
    t.equal(isSigned({ ...headers, 'wechatpay-signature': text }, Buffer.from(body), key), false);
});

t.test('299 seconds are not stale, 300 are, in both directions', async (t) => {
  const atMs = Number(headers['wechatpay-timestamp']) * 1000;

  for (const sign of [1, -1]) {
    t.match(readSerial(headers, atMs + sign * 299_999), { ok: true, serial: 'PUB_KEY_ID_01' });
    t.match(readSerial(headers, atMs + sign * 300_000), { ok: false, reason: 'time' });
  }
});

t.test(
  'without one of the four headers, or with a time in another form, there is no serial',
  async (t) => {
    for (const name of ['timestamp', 'nonce', 'signature', 'serial']) {
      const { [`wechatpay-${name}`]: left, ...rest } = headers;
      t.ok(left);
      t.match(readSerial(rest, NOON_MS), { ok: false, reason: 'headers' }, name);
    }
    for (const timestamp of ['', '1e9', '-1', '0x10', '17636112000000', '1763611200.5', 'now'])
      t.match(readSerial({ ...headers, 'wechatpay-timestamp': timestamp }, NOON_MS), { ok: false });
  },
);

t.test('the signature type may be absent, but not another', async (t) => {
  const { 'wechatpay-signature-type': type, ...rest } = headers;
  t.ok(type);
  t.match(readSerial(rest, NOON_MS), { ok: true });
  const other = { ...headers, 'wechatpay-signature-type': 'WECHATPAY2-SM2-WITH-SM3' };
  t.match(readSerial(other, NOON_MS), { ok: false, reason: 'type' });
});

t.test('a resource opens with its key, nonce and associated data, and with no other', async (t) => {
  const resource = sealed('内容', 'transaction');
  const { associated_data, ...bare } = sealed('x', '');

  t.equal(openResource(resource, API_V3_KEY), '内容');
  t.equal(associated_data, '');
  t.equal(openResource(bare, API_V3_KEY), 'x', 'associated data may be absent');
  t.equal(openResource(resource, 'x'.repeat(32)), undefined);
  t.equal(openResource({ ...resource, associated_data: 'refund' }, API_V3_KEY), undefined);
  t.equal(openResource({ ...resource, nonce: 'another-nonc' }, API_V3_KEY), undefined);
  t.equal(openResource({ ...resource, algorithm: 'AEAD_AES_256_CCM' }, API_V3_KEY), undefined);
  for (const ciphertext of ['', 'AAAA', `${resource.ciphertext}=`, '非'])
    t.equal(openResource({ ...resource, ciphertext }, API_V3_KEY), undefined, ciphertext);
  const broken = { ...resource, ciphertext: 7 as unknown as string };
  t.equal(openResource(broken, API_V3_KEY), undefined, 'also when it is no text at all');
});
