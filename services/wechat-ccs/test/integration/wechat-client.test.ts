import { createUpstream } from '@app/runtime';
import { freePort } from '@app/testing';
import t, { type Test } from 'tap';
import { createWechatApi } from '../../src/service/client/wechat-api.ts';
import { createWechatClient } from '../../src/service/client/wechat-client.ts';
import { createWechatPhoneCodes } from '../../src/service/client/wechat-phone-codes.ts';
import { createMemoryQuotas } from '../support/memory-stores.ts';
import { startSandbox, WXMP } from '../support/start-sandbox.ts';

const { appId } = WXMP;

const clientFor = (baseUrl: string, timeoutMs = 2000) =>
  createWechatClient({
    upstream: createUpstream({ name: 'wechat', baseUrl, timeoutMs }),
    tokenUpstream: createUpstream({ name: 'wechat-token', baseUrl, timeoutMs }),
    secretOf: () => WXMP.secret,
  });

const build = async (t: Test, timeoutMs?: number) => {
  const world = await startSandbox(t);
  return { ...world, client: clientFor(world.url, timeoutMs) };
};

/** Tries one token after the other, as a keeper does whose tokens are refused. */
const phoneCodesOf = (baseUrl: string, tokens: readonly string[], refusals: unknown[] = []) =>
  createWechatPhoneCodes(
    createWechatApi({
      upstream: createUpstream({ name: 'wechat', baseUrl, timeoutMs: 2000 }),
      quotas: createMemoryQuotas(),
      keeper: {
        async withToken(_appId, call) {
          for (const token of tokens) {
            const answer = await call(token);
            if (answer.outcome !== 'token_refused') return answer as never;
            refusals.push((answer as { errcode: unknown }).errcode);
          }
          throw new Error('every token was refused');
        },
      },
    }),
  );

t.test('a login code becomes openid, unionid and session key, once', async (t) => {
  const { client, wechat } = await build(t);
  const { code, openid } = wechat.issueLoginCode({ unionid: 'u-anna' });

  const session = await client.exchangeLoginCode(appId, code);

  t.match(session, { openid, unionid: 'u-anna', sessionKey: /==$/ });
  await t.rejects(client.exchangeLoginCode(appId, code), { code: 'WECHAT_CODE_INVALID' });
});

t.test('without an Open Platform account there is no unionid', async (t) => {
  const { client, wechat } = await build(t);

  t.equal((await client.exchangeLoginCode(appId, wechat.issueLoginCode().code)).unionid, null);
});

t.test(
  'a login answered as text/plain, or refused with 40163, is understood all the same',
  async (t) => {
    const { client, wechat } = await build(t);
    wechat.changeSettings(appId, { loginContentType: 'text/plain', usedCodeErrcode: 40163 });
    const { code, openid } = wechat.issueLoginCode();

    t.equal((await client.exchangeLoginCode(appId, code)).openid, openid);
    await t.rejects(client.exchangeLoginCode(appId, code), { code: 'WECHAT_CODE_INVALID' });
  },
);

t.test('a user whom WeChat finds risky is told so', async (t) => {
  const { client, wechat } = await build(t);
  const { code, openid } = wechat.issueLoginCode();
  wechat.findUser(appId, openid)!.blocked = true;

  await t.rejects(client.exchangeLoginCode(appId, code), { code: 'WECHAT_LOGIN_BLOCKED' });
});

t.test('a token comes with its life; force brings another one', async (t) => {
  const { client } = await build(t);

  const first = await client.fetchAccessToken(appId, 'normal');
  const same = await client.fetchAccessToken(appId, 'normal');
  const other = await client.fetchAccessToken(appId, 'forced');

  t.ok(first.text.length >= 136);
  t.equal(first.expiresInSeconds, 7200);
  t.equal(same.text, first.text);
  t.not(other.text, first.text);
});

t.test('a classic token is another one each time', async (t) => {
  const { client, wechat } = await build(t);

  const first = await client.fetchAccessToken(appId, 'classic');
  const second = await client.fetchAccessToken(appId, 'classic');

  t.not(second.text, first.text);
  t.equal(second.expiresInSeconds, 7200);
  t.equal(wechat.tokens.verify(first.text).kind, 'classic', 'the first works for five minutes yet');
});

t.test('a broken API of WeChat does not stop token fetches', async (t) => {
  const { client, faults } = await build(t);
  faults.add({ match: { path: '/sns/jscode2session' }, fault: { status: 502 } });
  for (let call = 0; call < 30; call += 1) {
    await t.rejects(client.exchangeLoginCode(appId, `code-${call}`));
  }
  await t.rejects(client.exchangeLoginCode(appId, 'one-more'), {
    code: 'UPSTREAM_WECHAT_UNAVAILABLE',
    data: { reason: 'open' },
  });

  t.ok((await client.fetchAccessToken(appId, 'normal')).text);
});

t.test(
  'a phone code becomes a number; a stale token is told apart and spares the code',
  async (t) => {
    const { client, wechat, url } = await build(t);
    const { code } = wechat.issuePhoneCode({ phone: '13812345678' });
    const stale = await client.fetchAccessToken(appId, 'normal');
    const fresh = await client.fetchAccessToken(appId, 'forced');
    const refusals: unknown[] = [];
    const phoneCodes = phoneCodesOf(url, ['garbage', stale.text, fresh.text], refusals);

    const phone = await phoneCodes.exchange(appId, code);

    t.strictSame(phone, { phone: '13812345678', countryCode: '86' });
    t.strictSame(refusals, [40014, 40001]);
    await t.rejects(phoneCodesOf(url, [fresh.text]).exchange(appId, code), {
      code: 'WECHAT_PHONE_CODE_INVALID',
    });
  },
);

t.test(
  'what only an operator can repair is UPSTREAM_WECHAT_REJECTED with its number',
  async (t) => {
    const { client, wechat } = await build(t);
    const cases = [
      [{ ipWhitelist: ['10.0.0.1'] }, 40164],
      [{ ipWhitelist: null, ipConfirmation: 'pending' }, 89503],
      [{ ipConfirmation: 'none', accountState: 'secret_frozen' }, 40243],
      [{ accountState: 'normal', secret: 'another' }, 40125],
    ] as const;
    for (const [settings, errcode] of cases) {
      wechat.changeSettings(appId, settings);
      await t.rejects(client.fetchAccessToken(appId, 'normal'), {
        code: 'UPSTREAM_WECHAT_REJECTED',
        data: { errcode },
      });
    }
    t.equal(wechat.tokenLog.list().length, cases.length, 'and is not repeated');
  },
);

t.test('a token is asked for again after -1, 5xx, garbage and a lost connection', async (t) => {
  const { client, faults, wechat } = await build(t);
  for (const fault of [
    { errcode: -1 },
    { status: 502 },
    { corrupt: true },
    { corrupt: 'html' as const },
    { drop: true },
  ]) {
    faults.add({ match: { path: '/cgi-bin/stable_token' }, fault, times: 1 });
    t.ok((await client.fetchAccessToken(appId, 'normal')).text, JSON.stringify(fault));
  }
  const issued = wechat.tokenLog.list().filter(({ issued }) => issued);
  t.equal(issued.length, 1, 'repeating a normal fetch costs no token');
});

t.test('a forced fetch whose answer got lost is repeated without a second force', async (t) => {
  const { client, faults, wechat } = await build(t);
  faults.add({ match: {}, fault: { drop: true }, times: 1 });

  await client.fetchAccessToken(appId, 'forced');

  const log = wechat.tokenLog.list();
  t.strictSame(
    log.map(({ mode, issued }) => [mode, issued]),
    [
      ['stable_force', true],
      ['stable_force', false],
    ],
  );
});

t.test('a code is never sent twice once it may have arrived', async (t) => {
  for (const fault of [
    { drop: true },
    { corrupt: true },
    { status: 502, when: 'after' as const },
  ]) {
    const { client, faults, wechat } = await build(t);
    const { code } = wechat.issueLoginCode();
    faults.add({ match: {}, fault, times: 1 });

    // A second try would be refused with 40029 and tell the user a wrong reason.
    await t.rejects(client.exchangeLoginCode(appId, code), { code: 'UPSTREAM_WECHAT_UNAVAILABLE' });
  }
});

t.test('-1 for a code is not repeated', async (t) => {
  const { client, faults, wechat } = await build(t);
  const id = faults.add({ match: {}, fault: { errcode: -1 } });
  const { code } = wechat.issueLoginCode();

  await t.rejects(client.exchangeLoginCode(appId, code), {
    code: 'UPSTREAM_WECHAT_UNAVAILABLE',
    data: { errcode: -1 },
  });
  t.equal(faults.list().find((fault) => fault.id === id)?.hits, 1);
});

t.test('a connection that is refused is tried again, as nothing can have been sent', async (t) => {
  const port = await freePort();
  const client = clientFor(`http://127.0.0.1:${port}`);
  const startedAtMs = performance.now();

  await t.rejects(client.exchangeLoginCode(appId, 'code'), { code: 'UPSTREAM_WECHAT_UNAVAILABLE' });

  t.ok(performance.now() - startedAtMs < 1500);
});

t.test('a WeChat that comes up between two tries serves the code', async (t) => {
  const { sandbox, wechat } = await startSandboxLater(t);
  const { code, openid } = wechat.issueLoginCode();
  const port = await freePort();
  let tries = 0;
  const upstream = createUpstream({
    name: 'wechat',
    baseUrl: `http://127.0.0.1:${port}`,
    timeoutMs: 2000,
    fetch: async (...args) => {
      tries += 1;
      if (tries === 2) await sandbox.listen({ port });
      return fetch(...args);
    },
  });
  const client = createWechatClient({
    upstream,
    tokenUpstream: upstream,
    secretOf: () => WXMP.secret,
  });

  t.equal((await client.exchangeLoginCode(appId, code)).openid, openid);
  t.equal(tries, 2);
});

t.test('a WeChat that hangs is UPSTREAM_WECHAT_TIMEOUT after the timeout, not later', async (t) => {
  const { client, faults, wechat } = await build(t, 200);
  faults.add({ match: {}, fault: { delayMs: 60_000 } });
  const startedAtMs = performance.now();

  await t.rejects(client.exchangeLoginCode(appId, wechat.issueLoginCode().code), {
    code: 'UPSTREAM_WECHAT_TIMEOUT',
  });

  t.ok(performance.now() - startedAtMs < 1500);
});

t.test('the circuit breaker spares a WeChat that is down, and callers the waiting', async (t) => {
  const { client, faults } = await build(t);
  const id = faults.add({ match: {}, fault: { status: 500 } });
  const attempt = () => client.exchangeLoginCode(appId, 'x').catch((error: unknown) => error);
  for (let call = 0; call < 15; call += 1) await attempt();
  const hits = faults.list().find((fault) => fault.id === id)!.hits;

  const error = await attempt();

  t.match(error, { code: 'UPSTREAM_WECHAT_UNAVAILABLE', data: { reason: 'open' } });
  t.equal(faults.list().find((fault) => fault.id === id)!.hits, hits);
  t.ok(hits < 15);
});

t.test('no error holds a secret, a code, a token or what WeChat wrote', async (t) => {
  const { url, client, faults, wechat } = await build(t, 300);
  const { code } = wechat.issueLoginCode();
  const errors: unknown[] = [];
  for (const fault of [
    { errcode: 40001 },
    { status: 500 },
    { corrupt: true },
    { drop: true },
    { delayMs: 5000 },
  ]) {
    faults.add({ match: {}, fault, times: 3 });
    await client.exchangeLoginCode(appId, code).catch((error: unknown) => errors.push(error));
    await client.fetchAccessToken(appId, 'normal').catch((error: unknown) => errors.push(error));
    faults.clear();
  }
  const token = await client.fetchAccessToken(appId, 'normal');
  faults.add({ match: {}, fault: { corrupt: true } });
  await phoneCodesOf(url, [token.text])
    .exchange(appId, code)
    .catch((error: unknown) => errors.push(error));

  const text = errors.map((error) => describe(error)).join('\n');
  t.ok(errors.length >= 6);
  for (const secret of [WXMP.secret, code, token.text]) t.notOk(text.includes(secret));
});

/** Everything that a log could show of an error, causes included. */
const describe = (error: unknown): string =>
  error instanceof Error
    ? [error.message, error.stack, JSON.stringify(error), describe(error.cause)].join('\n')
    : '';

const startSandboxLater = async (t: Test) => {
  const { createSandbox } = await import('@app/sandbox');
  const sandbox = createSandbox({
    wechatApps: [{ appid: WXMP.appId, secret: WXMP.secret, kind: 'mp' }],
  });
  t.teardown(() => sandbox.close());
  return { sandbox, wechat: sandbox.state.wechat };
};
