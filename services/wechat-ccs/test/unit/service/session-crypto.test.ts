import { createCipheriv, createHash, createHmac, randomBytes } from 'node:crypto';
import fc from 'fast-check';
import t from 'tap';
import { readOpenData } from '../../../src/domain/open-data.ts';
import { sessionCrypto } from '../../../src/service/client/session-crypto.ts';

const APP = 'wx-mini';
const NOW_MS = Date.UTC(2026, 10, 21, 4);
const bytes16 = fc.uint8Array({ minLength: 16, maxLength: 16 }).map((bytes) => Buffer.from(bytes));

const encrypt = (plain: string, key: Buffer, iv: Buffer): string => {
  const cipher = createCipheriv('aes-128-cbc', key, iv);
  return Buffer.concat([cipher.update(plain, 'utf8'), cipher.final()]).toString('base64');
};

const open = (key: string, encryptedData: string, iv: string) => {
  const plaintext = sessionCrypto.decrypt(key, encryptedData, iv);
  const expected = { appId: APP, openid: 'o-anna', nowMs: NOW_MS };
  return plaintext === undefined ? undefined : readOpenData(plaintext, expected);
};

const envelope = (data: object) =>
  JSON.stringify({ ...data, watermark: { appid: APP, timestamp: NOW_MS / 1000 } });

t.test('whatever WeChat encrypts comes out as it went in', (t) => {
  const dataOf = fc.record({
    nickName: fc.string({ unit: 'grapheme' }),
    purePhoneNumber: fc.string(),
    nested: fc.jsonValue(),
  });
  fc.assert(
    fc.property(bytes16, bytes16, dataOf, (key, iv, data) => {
      const plain = envelope(data);
      const opened = open(key.toString('base64'), encrypt(plain, key, iv), iv.toString('base64'));
      return JSON.stringify(opened?.data) === JSON.stringify(JSON.parse(JSON.stringify(data)));
    }),
  );
  t.pass('100 envelopes');
  t.end();
});

t.test('under another key, or with the watermark tampered with, nothing comes out', (t) => {
  fc.assert(
    fc.property(bytes16, bytes16, bytes16, (key, other, iv) => {
      fc.pre(!key.equals(other));
      const cipherText = encrypt(envelope({ a: 1 }), key, iv);
      return open(other.toString('base64'), cipherText, iv.toString('base64')) === undefined;
    }),
  );
  const [key, iv] = [randomBytes(16), randomBytes(16)];
  const cipherText = Buffer.from(encrypt(envelope({ a: 1 }), key, iv), 'base64');
  fc.assert(
    fc.property(fc.nat(cipherText.length - 1), fc.integer({ min: 1, max: 255 }), (at, mask) => {
      const tampered = Buffer.from(cipherText);
      tampered[at] = tampered[at]! ^ mask;
      const opened = open(
        key.toString('base64'),
        tampered.toString('base64'),
        iv.toString('base64'),
      );
      // CBC is not authenticated: what a change may leave alone is never the watermark.
      return opened === undefined || opened.watermarkAtMs === NOW_MS;
    }),
  );
  t.pass('100 keys and 100 changes');
  t.end();
});

t.test('anything at all as input is no data, and no throw', (t) => {
  fc.assert(
    fc.property(fc.string(), fc.string(), fc.string(), (key, data, iv) => {
      return open(key, data, iv) === undefined;
    }),
  );
  const key = randomBytes(16).toString('base64');
  const iv = randomBytes(16);
  for (const [title, k, c, v] of [
    ['a key of 15 bytes', randomBytes(15).toString('base64'), 'A'.repeat(24), iv],
    ['an iv of 12 bytes', key, 'A'.repeat(64), randomBytes(12)],
    ['half a block', key, randomBytes(24).toString('base64'), iv],
    ['nothing', key, '', iv],
  ] as const) {
    t.equal(sessionCrypto.decrypt(k, c, v.toString('base64')), undefined, title);
  }
  t.end();
});

t.test('bytes that are no UTF-8 are no text', (t) => {
  const [key, iv] = [randomBytes(16), randomBytes(16)];
  const cipher = createCipheriv('aes-128-cbc', key, iv);
  const data = Buffer.concat([cipher.update(Buffer.from([0xff, 0xfe])), cipher.final()]);

  t.equal(
    sessionCrypto.decrypt(key.toString('base64'), data.toString('base64'), iv.toString('base64')),
    undefined,
  );
  t.end();
});

t.test('signatures take the session key as the text it is', (t) => {
  const key = randomBytes(16).toString('base64');
  const raw = '{"nickName":"小红"}';
  const signature = createHash('sha1').update(`${raw}${key}`).digest('hex');

  t.ok(sessionCrypto.isSignatureOf(signature, raw, key));
  t.notOk(sessionCrypto.isSignatureOf(signature, `${raw} `, key));
  t.notOk(sessionCrypto.isSignatureOf(signature, raw, `${key}=`));
  t.notOk(sessionCrypto.isSignatureOf('', raw, key));
  t.notOk(sessionCrypto.isSignatureOf('zz', raw, key));
  t.equal(sessionCrypto.sign(key), createHmac('sha256', key).update('').digest('hex'));
  t.match(sessionCrypto.sign(key), /^[0-9a-f]{64}$/);
  t.end();
});
