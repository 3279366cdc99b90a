import { wechatCcs, type AnyAction, type ParamsOf } from '@app/contracts';
import { eventually, fakeClock, testNamespace } from '@app/testing';
import t, { type Test } from 'tap';
import { migratedDatabase, openRedis } from '../support/real-stores.ts';
import { NEWCOMER, startSandbox, WXMP } from '../support/start-sandbox.ts';
import { startCaller, startService } from '../support/start-service.ts';

const { addApp, getAccessToken, importToken, invalidateAccessToken, listApps, updateApp } =
  wechatCcs.actions;
const { appId } = NEWCOMER;
const admin = {
  kind: 'admin' as const,
  adminId: 'admin-anna',
  marks: ['wechat:write', 'wechat:read'],
};

type Kind = 'stable' | 'classic';

const { sandbox, url, wechat, clock: wechatClock } = await startSandbox(t);

const build = async (t: Test) => {
  sandbox.state.reset();
  const database = await migratedDatabase(t);
  const namespace = testNamespace();
  await openRedis(t, namespace);
  const lines: string[] = [];
  const startMs = Date.now();
  const clock = fakeClock(startMs);
  const start = () => startService(t, { namespace, database, wechatUrl: url, lines, clock });
  const hosts = await Promise.all([start(), start()]);
  const { call } = await startCaller(t, namespace);
  const asAdmin = <A extends AnyAction>(action: A, params: ParamsOf<A>) =>
    call(action, params, { caller: admin });
  const take = (accessToken: string, expiresAtMs: number, tokenKind: Kind) =>
    asAdmin(importToken, {
      appId,
      accessToken,
      tokenKind,
      expiresAt: new Date(expiresAtMs).toISOString(),
    });
  /** Added but not in use: nothing is fetched for it. */
  const prepare = (tokenKind: Kind) =>
    asAdmin(addApp, {
      appId,
      kind: 'mini_program',
      name: 'taken over',
      secret: NEWCOMER.secret,
      tokenKind,
      isEnabled: false,
    });
  const enable = () => asAdmin(updateApp, { appId, version: 1, isEnabled: true });
  /** Our clock and WeChat's. */
  const advance = (ms: number) => {
    clock.advance(ms);
    wechatClock.setOffsetMs(clock.nowMs() - startMs);
  };
  return { call, asAdmin, take, prepare, enable, hosts, lines, clock, advance };
};

/** The control that is to be replaced: fetches for itself, as it always did. */
const fetchAsLegacy = async (kind: Kind, { appId: appid, secret } = NEWCOMER) => {
  const account = { grant_type: 'client_credential', appid, secret };
  const response =
    kind === 'classic'
      ? await fetch(`${url}/cgi-bin/token?${new URLSearchParams(account).toString()}`)
      : await fetch(`${url}/cgi-bin/stable_token`, {
          method: 'POST',
          body: JSON.stringify(account),
        });
  const answer = (await response.json()) as { access_token: string; expires_in: number };
  return { text: answer.access_token, lifeMs: answer.expires_in * 1000 };
};

const issued = (kind: Kind, of = appId) =>
  wechat.tokenLog.list(of).filter(({ mode, issued }) => mode === kind && issued).length;

t.test('a takeover fetches no token, and the next one is fetched in time', async (t) => {
  const { call, take, prepare, enable, hosts, clock, advance } = await build(t);
  const token = await fetchAsLegacy('classic');
  advance(600_000);

  await prepare('classic');
  const taken = await take(token.text, clock.nowMs() + token.lifeMs - 600_000, 'classic');
  await enable();

  for (const { nodeId } of hosts) {
    const served = await eventually(() => call(getAccessToken, { appId }, { nodeId }));
    t.match(served, { accessToken: token.text, version: taken.version });
  }
  t.equal(issued('classic'), 1, 'the one that the legacy control fetched');
  // Here the legacy control is switched off.
  advance(5_400_000);
  t.equal((await call(getAccessToken, { appId })).accessToken, token.text);
  t.equal(issued('classic'), 1, 'not before it is time');
  advance(900_000);
  const next = await eventually(async () => {
    const served = await call(getAccessToken, { appId });
    if (served.accessToken === token.text) throw new Error('still the old one');
    return served;
  });
  t.equal(issued('classic'), 2, 'one fetch, before the old one ends');
  t.equal(wechat.tokens.verify(next.accessToken).appid, appId);
  t.ok(wechat.tokens.verify(token.text), 'which lives on for those who still have it');
  t.ok(next.version > taken.version);
});

t.test(
  'with stable tokens two controls have the same one, so nothing needs importing',
  async (t) => {
    const { call } = await build(t);
    const ours = await call(getAccessToken, { appId: WXMP.appId });

    const theirs = await fetchAsLegacy('stable', WXMP);

    t.equal(theirs.text, ours.accessToken);
    t.equal(issued('stable', WXMP.appId), 1);
  },
);

t.test('the same import again changes nothing', async (t) => {
  const { take, prepare, clock } = await build(t);
  await prepare('classic');
  const token = await fetchAsLegacy('classic');
  const expiresAtMs = clock.nowMs() + token.lifeMs;

  const first = await take(token.text, expiresAtMs, 'classic');

  t.strictSame(await take(token.text, expiresAtMs, 'classic'), first);
});

t.test('a token that WeChat refuses is not taken, and ours stays', async (t) => {
  const { call, take, prepare, enable, clock } = await build(t);
  await prepare('stable');
  await enable();
  const ours = await eventually(() => call(getAccessToken, { appId }));
  const refused = (field: string, rule: string) => ({
    code: 'WECHAT_TOKEN_IMPORT_REFUSED',
    data: { errors: [{ field, rule }] },
  });
  const [text, endMs] = ['x'.repeat(140), clock.nowMs() + 3_600_000];

  await t.rejects(take(text, endMs, 'stable'), refused('accessToken', 'refused'));
  await t.rejects(take(text, clock.nowMs() + 60_000, 'stable'), refused('expiresAt', 'too_short'));
  await t.rejects(take(text, endMs + 9_000_000, 'stable'), refused('expiresAt', 'too_long'));
  await t.rejects(take(text, endMs, 'classic'), refused('tokenKind', 'other_kind'));

  t.equal((await call(getAccessToken, { appId })).version, ours.version);
});

t.test(
  'an imported token that dies early is replaced by the first report, without force',
  async (t) => {
    const { call, take, prepare, enable, clock, advance } = await build(t);
    const token = await fetchAsLegacy('stable');
    advance(600_000);
    await prepare('stable');
    await take(token.text, clock.nowMs() + token.lifeMs - 600_000, 'stable');
    await enable();
    await eventually(() => call(getAccessToken, { appId }));
    wechat.tokens.forceStable(appId);

    const next = await call(invalidateAccessToken, { appId, accessToken: token.text });

    t.equal(wechat.tokens.verify(next.accessToken).appid, appId);
    t.notOk(wechat.tokenLog.list(appId).some(({ mode }) => mode === 'stable_force'));
  },
);

t.test('an imported token is in no log line and in no answer to admins', async (t) => {
  const { asAdmin, take, prepare, lines, clock } = await build(t);
  await prepare('classic');
  const token = await fetchAsLegacy('classic');

  const answers = [
    await take(token.text, clock.nowMs() + token.lifeMs, 'classic'),
    await asAdmin(listApps, {}),
    await take(token.text, clock.nowMs(), 'classic').catch((error: unknown) => error),
  ];

  t.match(lines.join('\n'), /import-token/);
  t.notOk([...lines, JSON.stringify(answers)].join('\n').includes(token.text));
});
