import { wechatCcs } from '@app/contracts';
import { eventually, fakeClock, testNamespace } from '@app/testing';
import t, { type Test } from 'tap';
import { migratedDatabase, openRedis } from '../support/real-stores.ts';
import { startSandbox, WXMP } from '../support/start-sandbox.ts';
import { startCaller, startService } from '../support/start-service.ts';

const { exchangePhoneCode, getAccessToken, importToken, invalidateAccessToken, listApps } =
  wechatCcs.actions;
const { appId, secret } = WXMP;
const caller = {
  kind: 'admin' as const,
  adminId: 'admin-anna',
  marks: ['wechat:write', 'wechat:read'],
};

const { sandbox, url, wechat, clock: wechatClock } = await startSandbox(t);
const database = await migratedDatabase(t);

const build = async (t: Test, env: Record<string, string> = {}) => {
  sandbox.state.reset();
  const namespace = testNamespace();
  await openRedis(t, namespace);
  const lines: string[] = [];
  const clock = fakeClock(Date.now());
  const start = () =>
    startService(t, { namespace, database, wechatUrl: url, lines, env, overrides: { clock } });
  const hosts = await Promise.all([start(), start()]);
  const { call } = await startCaller(t, namespace);
  const take = (
    accessToken: string,
    expiresAtMs: number,
    tokenKind: 'stable' | 'classic' = 'stable',
  ) =>
    call(
      importToken,
      { appId, accessToken, tokenKind, expiresAt: new Date(expiresAtMs).toISOString() },
      { caller },
    );
  /** Both clocks: ours, and WeChat's. */
  const advance = (ms: number) => {
    clock.advance(ms);
    wechatClock.setOffsetMs(wechatClock.nowMs() - Date.now() + ms);
  };
  return { call, take, hosts, lines, clock, advance };
};

/** The control that is to be replaced: fetches for itself, as it always did. */
const legacy = {
  async fetch(kind: 'stable' | 'classic') {
    const account = { grant_type: 'client_credential', appid: appId, secret };
    const response =
      kind === 'classic'
        ? await fetch(`${url}/cgi-bin/token?${new URLSearchParams(account).toString()}`)
        : await fetch(`${url}/cgi-bin/stable_token`, {
            method: 'POST',
            body: JSON.stringify(account),
          });
    const answer = (await response.json()) as { access_token: string; expires_in: number };
    return { text: answer.access_token, lifeMs: answer.expires_in * 1000 };
  },
};

t.test('a takeover fetches nothing, and the next token is fetched in time', async (t) => {
  const { call, take, hosts, clock, advance } = await build(t);
  const token = await legacy.fetch('stable');
  const fetches = () => wechat.tokenLog.list(appId).length;
  t.equal(fetches(), 1);

  const taken = await take(token.text, clock.nowMs() + token.lifeMs);

  for (const { nodeId } of hosts) {
    const served = await call(getAccessToken, { appId }, { nodeId });
    t.match(served, { accessToken: token.text, version: taken.version });
  }
  const { code } = wechat.issuePhoneCode({ phone: '13812345678' });
  await call(exchangePhoneCode, { code });
  t.equal(fetches(), 1, 'nobody but the legacy control has fetched');

  // The legacy control is switched off here: nobody else fetches from now on.
  advance(6_800_000);
  t.equal((await call(getAccessToken, { appId })).accessToken, token.text);
  t.equal(fetches(), 1, 'not before it is time');
  advance(300_000);
  const next = await eventually(async () => {
    const served = await call(getAccessToken, { appId });
    if (served.accessToken === token.text) throw new Error('still the old one');
    return served;
  });
  t.equal(fetches(), 2, 'one fetch, in its last five minutes');
  t.equal(wechat.tokens.verify(next.accessToken).appid, appId);
  t.ok(next.version > taken.version);
});

t.test('the same import again changes nothing', async (t) => {
  const { take, clock } = await build(t);
  const token = await legacy.fetch('stable');
  const expiresAtMs = clock.nowMs() + token.lifeMs;

  const first = await take(token.text, expiresAtMs);

  t.strictSame(await take(token.text, expiresAtMs), first);
});

t.test('a token that WeChat refuses is not taken, and ours stays', async (t) => {
  const { call, take, clock } = await build(t);
  const ours = await call(getAccessToken, { appId });
  const dead = await legacy.fetch('stable');
  wechat.tokens.forceStable(appId);
  const refused = { code: 'WECHAT_TOKEN_IMPORT_REFUSED' };

  for (const text of [dead.text, 'x'.repeat(140)]) {
    await t.rejects(take(text, clock.nowMs() + dead.lifeMs), {
      ...refused,
      data: { errors: [{ field: 'accessToken', rule: 'refused' }] },
    });
  }
  await t.rejects(take(dead.text, clock.nowMs() + 60_000), refused);
  await t.rejects(take(dead.text, clock.nowMs() + 9_000_000), refused);
  await t.rejects(take(dead.text, clock.nowMs() + 3_600_000, 'classic'), refused);

  t.equal((await call(getAccessToken, { appId })).version, ours.version);
});

t.test('a token that turns out to be dead is replaced by the first report', async (t) => {
  const { call, take, clock } = await build(t);
  const token = await legacy.fetch('stable');
  await take(token.text, clock.nowMs() + token.lifeMs);
  wechat.tokens.forceStable(appId);

  const next = await call(invalidateAccessToken, { appId, accessToken: token.text });

  t.equal(wechat.tokens.verify(next.accessToken).appid, appId);
  t.notOk(
    wechat.tokenLog.list(appId).some(({ mode }) => mode === 'stable_force'),
    'without force: a normal fetch gives the one that counts',
  );
});

t.test('an imported token is in no log line and in no answer to admins', async (t) => {
  const { call, take, lines, clock } = await build(t);
  const token = await legacy.fetch('stable');

  const answers = [
    await take(token.text, clock.nowMs() + token.lifeMs),
    await call(listApps, {}, { caller }),
    await take(token.text, clock.nowMs()).catch((error: unknown) => error),
  ];

  t.match(lines.join('\n'), /import-token/);
  t.notOk([...lines, JSON.stringify(answers)].join('\n').includes(token.text));
});
