import { generateKeyPairSync } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ConfigError } from '@app/runtime';
import t from 'tap';
import { readConfig } from '../../src/config.ts';

const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const folder = t.testdir();
const keyPath = join(folder, 'apiclient_key.pem');
const publicPath = join(folder, 'pub_key.pem');
writeFileSync(keyPath, privateKey.export({ type: 'pkcs8', format: 'pem' }));
writeFileSync(publicPath, publicKey.export({ type: 'spki', format: 'pem' }));

const good = {
  NATS_URL: 'nats://127.0.0.1:4222',
  MYSQL_PASS: 'f31c09d7b2a86e35c1d07f4ba92e6d38',
  DATA_KEYS: `k1:${Buffer.alloc(32, 7).toString('base64')}`,
  WECHAT_MCHID: '1900000001',
  WECHAT_SERIAL_NO: '4A1B2C3D4E5F60718293A4B5C6D7E8F901234567',
  WECHAT_API_V3_KEY: '0f8a1b2c3d4e5f60718293a4b5c6d7e8',
  WECHAT_PRIVATE_KEY_PATH: keyPath,
  WECHAT_NOTIFY_URL: 'https://api.example.com/callbacks/wechat-pay',
};

const problemsOf = (env: Record<string, string>): Record<string, string> => {
  try {
    readConfig(env);
    return {};
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return Object.fromEntries(error.problems.map(({ key, problem }) => [key, problem]));
  }
};

t.test('a merchant with certificates needs no public key', async (t) => {
  t.match(readConfig(good), {
    mchid: '1900000001',
    publicKeyId: undefined,
    apiBase: 'https://api.mch.weixin.qq.com',
    refundGapMs: 61_000,
  });
});

t.test('everything that is wrong is told at once', async (t) => {
  const problems = problemsOf({
    ...good,
    DATA_KEYS: 'k1:c2hvcnQ=',
    WECHAT_MCHID: 'x',
    WECHAT_SERIAL_NO: good.WECHAT_SERIAL_NO.toLowerCase(),
    WECHAT_API_V3_KEY: 'too short',
    WECHAT_PRIVATE_KEY_PATH: join(folder, 'nothing.pem'),
    WECHAT_PUBLIC_KEY_ID: 'PUB_KEY_ID_0123',
    WECHAT_NOTIFY_URL: 'https://api.example.com/x?y=1',
  });

  t.same(Object.keys(problems).sort(), [
    'DATA_KEYS',
    'WECHAT_API_V3_KEY',
    'WECHAT_MCHID',
    'WECHAT_NOTIFY_URL',
    'WECHAT_PRIVATE_KEY_PATH',
    'WECHAT_PUBLIC_KEY_PATH',
    'WECHAT_SERIAL_NO',
  ]);
  t.notMatch(JSON.stringify(problems), /too short|c2hvcnQ/, 'no secret is repeated');
});

t.test('the APIv3 key has 32 bytes, no more and no less', async (t) => {
  for (const key of ['a'.repeat(31), 'a'.repeat(33), 'é'.repeat(32)])
    t.match(problemsOf({ ...good, WECHAT_API_V3_KEY: key }), { WECHAT_API_V3_KEY: /32/ });
});

t.test('a key file that is missing or holds no key stops the start', async (t) => {
  const notKey = join(folder, 'not-a-key.pem');
  writeFileSync(notKey, 'hello');
  for (const path of [notKey, folder, join(folder, 'missing.pem')])
    t.match(problemsOf({ ...good, WECHAT_PRIVATE_KEY_PATH: path }), {
      WECHAT_PRIVATE_KEY_PATH: /private key/,
    });
  const id = { WECHAT_PUBLIC_KEY_ID: 'PUB_KEY_ID_0123' };
  t.match(problemsOf({ ...good, ...id, WECHAT_PUBLIC_KEY_PATH: notKey }), {
    WECHAT_PUBLIC_KEY_PATH: /public key/,
  });
  t.same(problemsOf({ ...good, ...id, WECHAT_PUBLIC_KEY_PATH: publicPath }), {});
});

t.test('the public key is its id and its file, or neither', async (t) => {
  t.match(problemsOf({ ...good, WECHAT_PUBLIC_KEY_PATH: publicPath }), {
    WECHAT_PUBLIC_KEY_ID: /WECHAT_PUBLIC_KEY_PATH is/,
  });
});

t.test('production speaks https only, but for a proxy on the same machine', async (t) => {
  const problemOf = (key: string, address: string) =>
    problemsOf({ ...good, ENV: 'pro', [key]: address })[key];

  for (const address of ['http://api.mch.weixin.qq.com', 'http://localhost.evil.cn'])
    t.match(problemOf('WXPAY_API_BASE', address), /https/, address);
  for (const address of ['http://127.0.0.1:3900', 'https://api2.mch.weixin.qq.com'])
    t.equal(problemOf('WXPAY_API_BASE', address), undefined, address);
  t.match(problemOf('WECHAT_NOTIFY_URL', 'http://127.0.0.1/x'), /https/, 'WeChat comes from afar');
});
