import { createCipheriv, createHash, randomBytes } from 'node:crypto';
import t from 'tap';
import { wechatCcsError } from '../../../src/errors.ts';
import type { WechatSessions } from '../../../src/service.ts';
import { sessionCrypto } from '../../../src/service/client/session-crypto.ts';
import { createCheckSession } from '../../../src/usecase/check-session.ts';
import { createDecryptUserData } from '../../../src/usecase/decrypt-user-data.ts';
import { createResetSession } from '../../../src/usecase/reset-session.ts';
import { buildDeps, MP, NOON_MS, OA } from '../../support/build-deps.ts';

const openid = 'o-anna';
const newKey = () => randomBytes(16).toString('base64');

/** WeChat honours `live`, and nothing else. */
const build = () => {
  const deps = buildDeps();
  const state = { live: newKey(), onCheck: undefined as (() => Promise<void>) | undefined };
  const sessions: WechatSessions = {
    async check(_appId, _openid, signature) {
      await state.onCheck?.();
      return signature === sessionCrypto.sign(state.live);
    },
    reset(_appId, _openid, signature) {
      if (signature !== sessionCrypto.sign(state.live))
        return Promise.reject(wechatCcsError('WECHAT_SESSION_STALE'));
      state.live = newKey();
      return Promise.resolve(state.live);
    },
  };
  const all = { ...deps, crypto: sessionCrypto, sessions };
  const store = (sessionKey: string, obtainedAtMs = NOON_MS) =>
    deps.sessionKeys.save({ appId: MP, openid, sessionKey, obtainedAtMs });
  return {
    ...deps,
    state,
    store,
    check: createCheckSession(all),
    reset: createResetSession(all),
    decrypt: createDecryptUserData(all),
  };
};

t.test('a session is valid, stale or none', async (t) => {
  const { check, state, store } = build();

  t.strictSame(await check({ openid }), { state: 'none' });
  await store(newKey());
  t.strictSame(await check({ openid }), { state: 'stale' });
  await store(state.live);
  t.strictSame(await check({ openid }), { state: 'valid' });
  await t.rejects(check({ appId: OA, openid }), { code: 'WECHAT_APP_UNKNOWN' });
});

t.test('a user who signs in while we ask is not told stale', async (t) => {
  const { check, state, store } = build();
  await store(newKey());
  state.onCheck = async () => {
    state.onCheck = undefined;
    await store(state.live, NOON_MS + 1);
  };

  t.strictSame(await check({ openid }), { state: 'valid' });
});

t.test('a reset stores the new key, which is the one that holds', async (t) => {
  const { check, reset, state, store, sessionKeys } = build();
  await t.rejects(reset({ openid }), { code: 'WECHAT_SESSION_UNKNOWN' });
  await store(state.live);

  const result = await reset({ openid });

  t.strictSame(result, { appId: MP, openid, obtainedAt: new Date(NOON_MS).toISOString() });
  t.equal((await sessionKeys.find(MP, openid))?.sessionKey, state.live);
  t.strictSame(await check({ openid }), { state: 'valid' });
});

t.test('a stale key cannot be reset, and stays what it is', async (t) => {
  const { reset, store, sessionKeys } = build();
  const old = newKey();
  await store(old);

  await t.rejects(reset({ openid }), { code: 'WECHAT_SESSION_STALE' });
  t.equal((await sessionKeys.find(MP, openid))?.sessionKey, old);
});

const encrypt = (key: string, data: object, appid = MP) => {
  const iv = randomBytes(16);
  const cipher = createCipheriv('aes-128-cbc', Buffer.from(key, 'base64'), iv);
  const plain = JSON.stringify({ ...data, watermark: { appid, timestamp: NOON_MS / 1000 } });
  return {
    encryptedData: Buffer.concat([cipher.update(plain), cipher.final()]).toString('base64'),
    iv: iv.toString('base64'),
  };
};

t.test('a phone number of the old way comes out, with the time of its watermark', async (t) => {
  const { decrypt, state, store } = build();
  await store(state.live);
  const phone = { phoneNumber: '+5551234567', purePhoneNumber: '5551234567', countryCode: '1' };

  t.strictSame(await decrypt({ openid, ...encrypt(state.live, phone) }), {
    openid,
    watermarkAt: new Date(NOON_MS).toISOString(),
    data: phone,
  });
});

t.test('whatever does not fit is one and the same error', async (t) => {
  const { decrypt, state, store, clock } = build();
  await store(state.live);
  const good = encrypt(state.live, { a: 1 });
  const rawData = '{"a":1}';
  const signature = createHash('sha1').update(`${rawData}${state.live}`).digest('hex');
  t.ok(await decrypt({ openid, ...good, rawData, signature }));
  clock.advance(61_000);
  const messages = new Set<string>();
  for (const [title, input] of [
    ['an older key', encrypt(newKey(), { a: 1 })],
    ['another app', encrypt(state.live, { a: 1 }, 'wx-else')],
    ['another user', encrypt(state.live, { openId: 'o-ben' })],
    ['a wrong signature', { ...good, rawData, signature: 'a'.repeat(40) }],
    ['rawData that was changed', { ...good, rawData: '{"a":2}', signature }],
    ['too old', { ...good, maxAgeSeconds: 60 }],
    ['half of it', { ...good, encryptedData: good.encryptedData.slice(0, 24) }],
  ] as const) {
    const error: unknown = await decrypt({ openid, ...input }).catch((caught: unknown) => caught);
    t.match(error, { code: 'WECHAT_USER_DATA_INVALID', data: undefined }, title);
    messages.add((error as Error).message);
  }
  t.equal(messages.size, 1, 'nothing tells them apart');
});

t.test('rawData and signature go together; without a login there is no key', async (t) => {
  const { decrypt, state, store } = build();
  const good = encrypt(state.live, {});
  await t.rejects(decrypt({ openid, ...good }), { code: 'WECHAT_SESSION_UNKNOWN' });
  await store(state.live);
  const missing = (field: string) => ({
    code: 'VALIDATION_FAILED',
    data: { errors: [{ field }] },
  });

  await t.rejects(decrypt({ openid, ...good, rawData: '{}' }), missing('signature'));
  await t.rejects(decrypt({ openid, ...good, signature: 'a'.repeat(40) }), missing('rawData'));
});
