import { wechatCcs } from '@app/contracts';
import type { ActionCaller } from '@app/runtime';
import { eventually, testNamespace } from '@app/testing';
import t from 'tap';
import { deleteKeys, migratedDatabase, openRedis } from '../support/real-stores.ts';
import { startSandbox, WXMP, WXOA } from '../support/start-sandbox.ts';
import { startCaller, startService } from '../support/start-service.ts';

const { exchangeLoginCode, exchangePhoneCode, getAccessToken, invalidateAccessToken } =
  wechatCcs.actions;
const { appId } = WXMP;
const NODES = 8;
const CALLERS = 1000;
const TOKEN_KEY = `wechat-ccs:access-token:${appId}`;

/** One suite for all tests. Breakers stay open for a while, so tests with faults have a node each. */
const { sandbox, url, wechat, faults, clock: wechatClock } = await startSandbox(t);
const database = await migratedDatabase(t);
const namespace = testNamespace();
const redis = await openRedis(t, namespace);
const lines: string[] = [];
const clock = { offsetMs: 0, nowMs: () => Date.now() + clock.offsetMs };
const startNode = () => startService(t, { namespace, database, wechatUrl: url, lines, clock });
const hosts = await Promise.all(Array.from({ length: NODES }, startNode));
const { call } = await startCaller(t, namespace);

/** What every test begins with. */
const fresh = async (): Promise<void> => {
  sandbox.state.reset();
  await deleteKeys(redis, namespace);
  await database.sql('delete from token_force');
  await database.sql('delete from api_quota');
  // What nodes remember of the test before ends by time.
  clock.offsetMs += 2 * 3_600_000;
  wechatClock.setOffsetMs(clock.offsetMs);
  lines.length = 0;
};

/** Calls one node and no other. */
const callNode =
  (index: number): ActionCaller =>
  (action, params, options) =>
    call(action, params, { ...options, nodeId: hosts[index]!.nodeId });

t.test('a login tells the caller who it was, and keeps the session key', async (t) => {
  await fresh();
  const { code, openid } = wechat.issueLoginCode({ unionid: 'u-anna' });

  const result = await call(exchangeLoginCode, { code });

  t.strictSame(result, { appId, openid, unionid: 'u-anna' });
  const { sessionKey } = wechat.findUser(appId, openid)!;
  const rows = JSON.stringify(await database.sql('select * from wechat_session'));
  t.match(rows, openid);
  t.notOk(rows.includes(sessionKey));
  await t.rejects(call(exchangeLoginCode, { code }), { code: 'WECHAT_CODE_INVALID' });
});

t.test('of 20 who redeem the same login code at once one succeeds', async (t) => {
  await fresh();
  const { code } = wechat.issueLoginCode();

  const results = await Promise.allSettled(
    Array.from({ length: 20 }, () => call(exchangeLoginCode, { code })),
  );

  t.equal(results.filter(({ status }) => status === 'fulfilled').length, 1);
  for (const result of results) {
    if (result.status === 'rejected') t.match(result.reason, { code: 'WECHAT_CODE_INVALID' });
  }
});

t.test('a phone number is found although the token was replaced elsewhere', async (t) => {
  await fresh();
  const phoneCode = () => wechat.issuePhoneCode({ phone: '13812345678' }).code;
  await call(exchangePhoneCode, { code: phoneCode() });
  wechat.tokens.forceStable(appId);

  const result = await call(exchangePhoneCode, { code: phoneCode() });

  t.strictSame(result, { phone: '13812345678', countryCode: '86' });
});

t.test('8,000 reports of a token on eight nodes make one refresh', async (t) => {
  await fresh();
  const bad = await call(getAccessToken, { appId });
  const before = wechat.tokenLog.list(appId).length;

  const report = { appId, accessToken: bad.accessToken };
  const answers = await Promise.all(
    hosts.flatMap((_, node) =>
      Array.from({ length: CALLERS }, () => callNode(node)(invalidateAccessToken, report)),
    ),
  );

  t.equal(wechat.tokenLog.list(appId).length - before, 1);
  t.equal(new Set(answers.map(({ accessToken }) => accessToken)).size, 1, 'everybody gets it');
  t.not(answers[0]!.accessToken, bad.accessToken);
  t.ok(answers[0]!.version > bad.version);
  t.equal(wechat.tokens.verify(answers[0]!.accessToken).appid, appId, 'and it works');
});

t.test('callers on all nodes who find no token make one fetch', async (t) => {
  await fresh();

  const answers = await Promise.all(
    Array.from({ length: 200 }, (_, index) => callNode(index % NODES)(getAccessToken, { appId })),
  );

  t.equal(new Set(answers.map(({ version }) => version)).size, 1);
  t.equal(wechat.tokenLog.list(appId).length, 1);
});

t.test('a node takes the token from Redis instead of fetching', async (t) => {
  await fresh();
  const first = await callNode(0)(getAccessToken, { appId });

  t.strictSame(await callNode(1)(getAccessToken, { appId }), first);
  t.equal(wechat.tokenLog.list(appId).length, 1);
});

t.test('a wiped Redis costs one fetch, and versions grow on', async (t) => {
  await fresh();
  const first = await callNode(0)(getAccessToken, { appId });
  await deleteKeys(redis, namespace);

  const renewed = await callNode(1)(getAccessToken, { appId });

  t.equal(renewed.accessToken, first.accessToken, 'WeChat gives the same token');
  t.ok(renewed.version > first.version);
  t.equal(wechat.tokenLog.list(appId).length, 2);
  await eventually(async () => {
    t.strictSame(await callNode(0)(getAccessToken, { appId }), renewed);
  });
});

t.test('each account has its own token', async (t) => {
  await fresh();

  const [mini, official] = await Promise.all([
    call(getAccessToken, { appId }),
    call(getAccessToken, { appId: WXOA.appId }),
  ]);

  t.equal(wechat.tokens.verify(mini.accessToken).appid, appId);
  t.equal(wechat.tokens.verify(official.accessToken).appid, WXOA.appId);
  await t.rejects(call(getAccessToken, { appId: 'wx-else' }), { code: 'WECHAT_APP_UNKNOWN' });
  await t.rejects(call(exchangeLoginCode, { appId: WXOA.appId, code: 'x' }), {
    code: 'WECHAT_APP_UNKNOWN',
  });
});

t.test('a WeChat that hangs or talks garbage keeps nobody from the valid token', async (t) => {
  await fresh();
  const call = callNode(1);
  const token = await call(getAccessToken, { appId });
  for (const fault of [{ delayMs: 60_000 }, { corrupt: 'html' as const }, { errcode: 40164 }]) {
    faults.clear();
    faults.add({ match: {}, fault });
    t.strictSame(await call(getAccessToken, { appId }), token);
  }

  const report = call(invalidateAccessToken, { appId, accessToken: token.accessToken });

  await t.rejects(report, { code: 'UPSTREAM_WECHAT_REJECTED', data: { errcode: 40164 } });
  t.strictSame(await call(getAccessToken, { appId }), token, 'a report alone takes nothing away');
});

t.test('a caller with little time does not spoil the fetch for the others', async (t) => {
  await fresh();
  const call = callNode(2);
  faults.add({ match: {}, fault: { delayMs: 400 }, times: 1 });

  const hasty = t.rejects(call(getAccessToken, { appId }, { timeoutMs: 50 }), {
    code: 'DEADLINE_EXCEEDED',
  });
  const patient = await call(getAccessToken, { appId });
  await hasty;

  t.ok(patient.accessToken);
  t.equal(wechat.tokenLog.list(appId).length, 1);
});

t.test('a WeChat that was down is used again without a restart', async (t) => {
  await fresh();
  const call = callNode(4);
  const id = faults.add({ match: {}, fault: { status: 503 } });
  await t.rejects(call(getAccessToken, { appId }), { code: 'UPSTREAM_WECHAT_UNAVAILABLE' });

  faults.remove(id);

  t.ok((await call(getAccessToken, { appId })).accessToken);
});

t.test('a changed token is announced to every node', async (t) => {
  await fresh();
  const heard: unknown[] = [];
  const { broker } = hosts[0]!;
  const broadcast = broker.broadcast.bind(broker);
  broker.broadcast = ((name: string, payload: unknown, options: object) => {
    heard.push([name, payload]);
    return broadcast(name, payload, options);
  }) as typeof broadcast;
  t.teardown(() => (broker.broadcast = broadcast));

  const { version } = await callNode(0)(getAccessToken, { appId });

  await eventually(() => heard.length > 0);
  t.strictSame(heard, [[wechatCcs.hints.tokenChanged.name, { appId, version }]]);
});

t.test('what the contract forbids is refused before WeChat is asked', async (t) => {
  await fresh();
  const id = faults.add({ match: {}, fault: { status: 500 } });

  await t.rejects(call(exchangeLoginCode, { code: '' }), { code: 'VALIDATION_FAILED' });
  await t.rejects(call(exchangeLoginCode, { code: 'x', extra: 1 } as { code: string }), {
    code: 'VALIDATION_FAILED',
  });

  t.equal(faults.list().find((fault) => fault.id === id)?.hits, 0);
});

t.test('no secret, token, code or session key is in any log line, error or store', async (t) => {
  await fresh();
  const call = callNode(3);
  const secrets = new Set([WXMP.secret, WXOA.secret, '13812345678']);
  const errors: Error[] = [];
  const attempt = (work: Promise<unknown>) =>
    work.catch((error: unknown) => void errors.push(error as Error));
  const journey = async () => {
    const login = wechat.issueLoginCode();
    const phone = wechat.issuePhoneCode({ phone: '13812345678' });
    secrets.add(login.code).add(phone.code);
    secrets.add(wechat.findUser(appId, login.openid)!.sessionKey);
    await attempt(call(exchangeLoginCode, { code: login.code }));
    await attempt(call(exchangePhoneCode, { code: phone.code }));
    const token = await call(getAccessToken, { appId });
    secrets.add(token.accessToken);
    await attempt(call(invalidateAccessToken, { appId, accessToken: token.accessToken }));
  };

  await journey();
  for (const fault of [{ errcode: 40001 }, { corrupt: true }, { status: 500 }, { drop: true }]) {
    faults.clear();
    faults.add({ match: {}, fault });
    await journey();
  }

  const output = [
    ...lines,
    ...errors.map((error) => `${error.stack ?? ''} ${JSON.stringify(error)}`),
    JSON.stringify(await database.sql('select * from wechat_session')),
    JSON.stringify(await redis.client.hgetall(TOKEN_KEY)),
  ].join('\n');
  t.ok(lines.length > 20 && errors.length > 5 && secrets.size > 10, 'there was something to find');
  for (const secret of secrets) t.notOk(output.includes(secret), secret.slice(0, 6));
});
