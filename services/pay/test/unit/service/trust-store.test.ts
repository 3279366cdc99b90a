import { createPublicKey } from 'node:crypto';
import { fakeClock } from '@app/testing';
import t from 'tap';
import {
  createTrustStore,
  type CertificateAnswer,
} from '../../../src/service/client/trust-store.ts';
import { NOON_MS } from '../../support/builders.ts';
import { API_V3_KEY, createPlatform, signedBy } from '../../support/platform.ts';

const UNKNOWN = `5${'0'.repeat(39)}`;
const clock = fakeClock(NOON_MS);
const platform = createPlatform(clock.nowMs);
const [older, newer] = [platform.newCertificate(), platform.newCertificate()];
const publicKey = platform.publicKey();

/** A store whose upstream answers what the test says; `asked` counts. */
const build = (
  answer: () => CertificateAnswer | 'none' | Promise<never>,
  publicKeys: readonly (typeof publicKey)[] = [],
) => {
  const time = fakeClock(NOON_MS);
  const seen = { asked: 0, warnings: 0 };
  const store = createTrustStore({
    publicKeys: new Map(publicKeys.map(({ serial, pem }) => [serial, createPublicKey(pem)])),
    apiV3Key: API_V3_KEY,
    fetchCertificates: async () => {
      seen.asked += 1;
      return answer();
    },
    clock: time,
    logger: { info: () => undefined, warn: () => void (seen.warnings += 1) },
  });
  const knows = async (serial: string) => (await store.find(serial)) !== undefined;
  return { store, time, seen, knows };
};

t.test('the public key is known by its id, without asking anybody', async (t) => {
  const { knows, seen } = build(() => 'none', [publicKey]);

  t.equal(await knows(publicKey.serial), true);
  t.equal(await knows('PUB_KEY_ID_0999'), false, 'there is no list of public keys to look into');
  t.equal(seen.asked, 0);
});

t.test('a first list is signed by a certificate that it brings itself', async (t) => {
  const { store, seen } = build(() => platform.listOf([older, newer], newer));

  const key = await store.find(newer.serial);

  t.ok(key?.equals(createPublicKey(newer.pem)));
  t.equal(seen.asked, 1);
});

t.test('old and new certificate hold side by side during a rotation', async (t) => {
  const lists = [platform.listOf([older], older), platform.listOf([newer], older)];
  const { knows, time, seen } = build(() => lists.shift() ?? 'none');

  t.equal(await knows(older.serial), true);
  time.advance(60_000);
  t.equal(await knows(newer.serial), true, 'signed by the one we knew');
  t.equal(await knows(older.serial), true, 'which stays');
  t.equal(seen.asked, 2);
});

t.test('an unknown serial is looked for once, and not again within a minute', async (t) => {
  const { knows, time, seen } = build(() => platform.listOf([older], older));

  const answers = await Promise.all(Array.from({ length: 20 }, () => knows(UNKNOWN)));
  time.advance(59_999);
  await knows(`6${UNKNOWN.slice(1)}`);
  t.equal(seen.asked, 1);
  time.advance(1);
  await knows(UNKNOWN);

  t.same(new Set(answers), new Set([false]));
  t.equal(seen.asked, 2);
});

t.test('what is not the form of a serial is not looked for', async (t) => {
  const { knows, seen } = build(() => 'none');

  for (const serial of ['', 'x', older.serial.toLowerCase(), `${older.serial}0`, '../../etc'])
    t.equal(await knows(serial), false, serial);
  t.equal(seen.asked, 0);
});

t.test('a list is believed only as its signer, its time and its seals allow', async (t) => {
  const stale = platform.listOf([newer], newer);
  const genuine = platform.listOf([newer], newer);
  const forged: Record<string, CertificateAnswer> = {
    'signed by somebody else': platform.listOf([newer], { ...older, serial: newer.serial }),
    'signer that is not in it': platform.listOf([newer], older),
    'sealed with another key': platform.listOf([newer], newer, 'x'.repeat(32)),
    'not signed': { ...genuine, headers: {} },
    'a probe': {
      ...genuine,
      headers: { ...genuine.headers, 'wechatpay-signature': 'WECHATPAY/SIGNTEST/AAAA' },
    },
    'body changed': { ...genuine, body: Buffer.from(`${genuine.body.toString()} `) },
    'a list from earlier': {
      ...stale,
      headers: signedBy(newer, stale.body.toString(), NOON_MS - 300_000),
    },
    'another name for a certificate': platform.listOf([{ ...newer, serial: UNKNOWN }], {
      ...newer,
      serial: UNKNOWN,
    }),
  };
  for (const [what, answer] of Object.entries(forged)) {
    const { knows, seen } = build(() => answer);
    t.equal(await knows(newer.serial), false, what);
    t.equal(await knows(UNKNOWN), false, what);
    t.equal(seen.warnings, 1, what);
  }
});

t.test('a list in any other form is no list, and no exception', async (t) => {
  for (const text of [
    '',
    '<html>',
    'null',
    '[]',
    '{"data":7}',
    '{"data":[null]}',
    '{"data":[{}]}',
  ]) {
    const body = Buffer.from(text);
    const { knows } = build(() => ({ headers: signedBy(newer, text, NOON_MS), body }));
    t.equal(await knows(newer.serial), false, text);
  }
  const odd = '{"data":[{"serial_no":"x","encrypt_certificate":{"algorithm":"AEAD_AES_256_GCM"}}]}';
  const { knows } = build(() => ({ headers: {}, body: Buffer.from(odd) }));
  t.equal(await knows(newer.serial), false, odd);
});

t.test('an expired certificate is not used, and signs no list', async (t) => {
  const years = 5 * 365 * 86_400_000;
  const list = platform.listOf([older], older);
  const { knows, time, seen } = build(() => ({
    ...list,
    headers: signedBy(older, list.body.toString(), time.nowMs()),
  }));
  t.equal(await knows(older.serial), true);

  time.advance(years);

  t.equal(await knows(older.serial), false);
  t.equal(seen.asked, 2, 'it was looked for anew');
});

t.test('an expired certificate that a list brings does not vouch for the list', async (t) => {
  const late = NOON_MS + 5 * 365 * 86_400_000 + 1;
  const time = fakeClock(late);
  const list = platform.listOf([older], older);
  const store = createTrustStore({
    publicKeys: new Map(),
    apiV3Key: API_V3_KEY,
    fetchCertificates: () =>
      Promise.resolve({ ...list, headers: signedBy(older, list.body.toString(), late) }),
    clock: time,
    logger: { info: () => undefined, warn: () => undefined },
  });

  t.equal(await store.find(older.serial), undefined);
});

t.test('a merchant with a public key only lives without certificates', async (t) => {
  const { knows, store, seen } = build(() => 'none', [publicKey]);
  await store.start();

  t.equal(await knows(publicKey.serial), true);
  t.equal(await knows(older.serial), false);
  t.equal(seen.warnings, 0);
  await store.stop();
});

t.test('a list signed with the public key is believed', async (t) => {
  const { knows } = build(() => platform.listOf([older], publicKey), [publicKey]);

  t.equal(await knows(older.serial), true);
});

t.test(
  'when the list cannot be had that is told, and the store still starts and stops',
  async (t) => {
    const { store, seen } = build(() => Promise.reject(new Error('down')), [publicKey]);

    await t.rejects(store.find(UNKNOWN), { message: 'down' });
    await store.start();
    await store.stop();
    t.equal(seen.warnings, 1);
  },
);
