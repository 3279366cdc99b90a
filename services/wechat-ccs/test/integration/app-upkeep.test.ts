import { wechatCcs, type AnyAction, type ParamsOf } from '@app/contracts';
import type { ActionCaller } from '@app/runtime';
import { eventually, testNamespace } from '@app/testing';
import t from 'tap';
import { deleteKeys, migratedDatabase, openRedis } from '../support/real-stores.ts';
import { NEWCOMER, startSandbox, WXMP, WXOA } from '../support/start-sandbox.ts';
import { startCaller, startService } from '../support/start-service.ts';

const {
  addApp,
  diagnoseApps,
  exchangeLoginCode,
  getAccessToken,
  listApps,
  refreshApp,
  removeApp,
  updateApp,
} = wechatCcs.actions;
const NODES = 3;

const { sandbox, url, wechat, faults } = await startSandbox(t);
const database = await migratedDatabase(t);
const namespace = testNamespace();
const redis = await openRedis(t, namespace);
const lines: string[] = [];
const hosts = await Promise.all(
  Array.from({ length: NODES }, () =>
    startService(t, { namespace, database, wechatUrl: url, lines }),
  ),
);
const { call } = await startCaller(t, namespace);

const callNode =
  (index: number): ActionCaller =>
  (action, params, options) =>
    call(action, params, { ...options, nodeId: hosts[index]!.nodeId });

const admin = (adminId = 'admin-anna', ...marks: string[]) => ({
  kind: 'admin' as const,
  adminId,
  marks: marks.length === 0 ? ['wechat:read', 'wechat:write'] : marks,
});

const asAdmin = <A extends AnyAction>(action: A, params: ParamsOf<A>, node = 0) =>
  callNode(node)(action, params, { caller: admin() });

const refresher = { caller: admin('admin-ben', 'wechat:refresh') };

const { appId } = NEWCOMER;
const newcomer = { appId, kind: 'mini_program' as const, name: '新店', secret: NEWCOMER.secret };

const fresh = async (): Promise<void> => {
  sandbox.state.reset();
  await database.sql('delete from wechat_app');
  await database.sql('delete from token_force');
  await database.sql('delete from api_quota');
  await eventually(async () => {
    for (let node = 0; node < NODES; node += 1) {
      const { items } = await asAdmin(listApps, {}, node);
      if (items.some(({ source }) => source === 'row')) throw new Error('a row is still known');
    }
  });
  await deleteKeys(redis, namespace);
  lines.length = 0;
};

const rowsInTable = async () => (await database.sql('select * from wechat_app')).length;

t.test('an app that an admin adds is served by every node at once', async (t) => {
  await fresh();
  await t.rejects(call(getAccessToken, { appId }), { code: 'WECHAT_APP_UNKNOWN' });

  const added = await asAdmin(addApp, newcomer);

  t.strictSame(added, {
    appId,
    kind: 'mini_program',
    name: '新店',
    source: 'row',
    isEnabled: true,
    tokenKind: 'stable',
    hasPushSecrets: false,
    problem: null,
    version: 1,
  });
  await eventually(async () => {
    for (let node = 0; node < NODES; node += 1) {
      const { accessToken } = await callNode(node)(getAccessToken, { appId });
      t.equal(wechat.tokens.verify(accessToken).appid, appId);
    }
  });
  const { code, openid } = wechat.issueLoginCode({ appid: appId });
  t.equal((await callNode(1)(exchangeLoginCode, { appId, code })).openid, openid);
});

t.test('a change reaches every node also when its hint is lost', async (t) => {
  await fresh();
  const { broker } = hosts[0]!;
  const broadcast = broker.broadcast.bind(broker);
  broker.broadcast = () => Promise.resolve();
  t.teardown(() => (broker.broadcast = broadcast));

  await asAdmin(addApp, newcomer, 0);

  await eventually(() => callNode(2)(getAccessToken, { appId }));
});

t.test('a rotated secret is used without a restart', async (t) => {
  await fresh();
  const { appId } = WXMP;
  await call(refreshApp, { appId }, refresher);
  const rotated = 'a0b1c2d3e4f5061728394a5b6c7d8e9f';
  wechat.changeSettings(appId, { secret: rotated });

  const changed = await asAdmin(updateApp, { appId, version: 0, secret: rotated });

  t.match(changed, { source: 'row', version: 1, kind: 'mini_program' });
  for (let node = 0; node < NODES; node += 1) {
    const { code, openid } = wechat.issueLoginCode();
    const login = await eventually(() => callNode(node)(exchangeLoginCode, { code }));
    t.equal(login.openid, openid);
  }
  await deleteKeys(redis, namespace);
  t.ok((await callNode(1)(refreshApp, { appId }, refresher)).version > 0, 'and for the next token');
});

t.test('of two admins who change the same app at once one wins', async (t) => {
  await fresh();
  await asAdmin(addApp, newcomer);

  const results = await Promise.allSettled(
    Array.from({ length: 6 }, (_, index) =>
      asAdmin(updateApp, { appId, version: 1, name: `shop ${index}` }, index % NODES),
    ),
  );

  t.equal(results.filter(({ status }) => status === 'fulfilled').length, 1);
  for (const result of results) {
    if (result.status === 'rejected') t.match(result.reason, { code: 'WECHAT_APP_CHANGED' });
  }
  const winner = results.findIndex(({ status }) => status === 'fulfilled');
  const { items } = await asAdmin(listApps, {});
  t.match(
    items.find((item) => item.appId === appId),
    { name: `shop ${winner}`, version: 2 },
  );
});

t.test('of six who add the same app, or override the environment, at once one wins', async (t) => {
  await fresh();
  const six = (work: (index: number) => Promise<unknown>) =>
    Promise.allSettled(Array.from({ length: 6 }, (_, index) => work(index % NODES)));

  const adds = await six((node) => asAdmin(addApp, newcomer, node));
  const overrides = await six((node) =>
    asAdmin(updateApp, { appId: WXOA.appId, version: 0, name: 'x' }, node),
  );

  for (const results of [adds, overrides]) {
    t.equal(results.filter(({ status }) => status === 'fulfilled').length, 1);
  }
  t.equal(await rowsInTable(), 2);
});

t.test('what WeChat refuses is not saved, and the answer says what to mend', async (t) => {
  await fresh();
  const wrong = { ...newcomer, secret: 'ffffffffffffffffffffffffffffffff' };
  const refused = (field: string, rule: string, message: RegExp) => ({
    code: 'WECHAT_APP_REFUSED',
    data: { errors: [{ field, rule, message }] },
  });

  await t.rejects(
    callNode(0)(addApp, wrong, { caller: admin() }),
    refused('secret', 'errcode_40125', /AppSecret/),
  );
  await t.rejects(
    asAdmin(addApp, { ...newcomer, appId: 'wx-nobody' }),
    refused('appId', 'errcode_40013', /AppID/),
  );
  wechat.changeSettings(appId, { ipWhitelist: ['203.0.113.7'] });
  await t.rejects(asAdmin(addApp, newcomer), refused('secret', 'errcode_40164', /127\.0\.0\.1/));
  await t.rejects(
    asAdmin(updateApp, { appId: WXMP.appId, version: 0, secret: wrong.secret }),
    refused('secret', 'errcode_40125', /AppSecret/),
  );

  t.equal(await rowsInTable(), 0);
  t.ok((await call(getAccessToken, { appId: WXMP.appId })).accessToken, 'the old one counts');
});

t.test('while WeChat cannot be asked nothing is saved', async (t) => {
  await fresh();
  const id = faults.add({ match: {}, fault: { corrupt: 'html' } });

  await t.rejects(asAdmin(addApp, newcomer, 1), { code: 'UPSTREAM_WECHAT_UNAVAILABLE' });

  faults.remove(id);
  t.equal(await rowsInTable(), 0);
});

t.test('a disabled app is unknown to every caller until it is enabled again', async (t) => {
  await fresh();
  const off = await asAdmin(updateApp, { appId: WXOA.appId, version: 0, isEnabled: false });

  for (let node = 0; node < NODES; node += 1) {
    const isUnknown = () =>
      callNode(node)(getAccessToken, { appId: WXOA.appId }).then(
        () => false,
        (error: unknown) => (error as { code: string }).code === 'WECHAT_APP_UNKNOWN',
      );
    await eventually(isUnknown);
  }
  await asAdmin(updateApp, { appId: WXOA.appId, version: off.version, isEnabled: true });

  const back = await eventually(() => call(getAccessToken, { appId: WXOA.appId }));
  t.equal(wechat.tokens.verify(back.accessToken).appid, WXOA.appId);
});

t.test('a removed row gives the environment its word back, a removed app is gone', async (t) => {
  await fresh();
  await asAdmin(addApp, newcomer);
  await asAdmin(updateApp, { appId: WXMP.appId, version: 0, isEnabled: false });
  await t.rejects(asAdmin(removeApp, { appId, version: 2 }), { code: 'WECHAT_APP_CHANGED' });

  await asAdmin(removeApp, { appId, version: 1 });
  await asAdmin(removeApp, { appId: WXMP.appId, version: 1 });

  const { items } = await asAdmin(listApps, {});
  t.match(
    items.map((item) => [item.appId, item.source, item.isEnabled]),
    [
      [WXMP.appId, 'env', true],
      [WXOA.appId, 'env', true],
    ],
  );
  await t.rejects(asAdmin(removeApp, { appId, version: 1 }), { code: 'WECHAT_APP_UNKNOWN' });
});

t.test('the list is paged by app id', async (t) => {
  await fresh();
  await asAdmin(addApp, newcomer);

  const first = await asAdmin(listApps, { limit: 2 });
  const second = await asAdmin(listApps, { limit: 2, cursor: first.nextCursor! });

  t.strictSame(
    [...first.items, ...second.items].map((item) => item.appId),
    [WXMP.appId, WXOA.appId, appId],
  );
  t.equal(second.nextCursor, null);
  t.strictSame((await asAdmin(listApps, { cursor: '%%%' })).items.length, 3, 'no cursor is a 500');
});

t.test('the list tells age, end and what went wrong, whichever node answers', async (t) => {
  await fresh();
  await call(refreshApp, { appId: WXMP.appId }, refresher);
  wechat.changeSettings(WXOA.appId, { ipWhitelist: [] });
  await t.rejects(callNode(0)(refreshApp, { appId: WXOA.appId, force: true }, refresher), {
    code: 'UPSTREAM_WECHAT_REJECTED',
  });

  const states = await eventually(async () => {
    const lists = await Promise.all(hosts.map((_, node) => asAdmin(listApps, {}, node)));
    const all = lists.map(({ items }) => items.map(({ token }) => token));
    const isTold = all.every(([good, bad]) => good?.refreshedAt && bad?.lastError);
    if (!isTold) throw new Error('not every node tells it yet');
    return all;
  });
  for (const [good, bad] of states) {
    t.match(good, { version: Number, ageSeconds: Number, isUsable: true, lastError: null });
    t.match(bad, { forcesLeftToday: 19 });
    t.match(bad?.lastError, {
      type: 'UPSTREAM_WECHAT_REJECTED',
      errcode: 40164,
      callerIp: '127.0.0.1',
      remedy: /127\.0\.0\.1/,
    });
  }
});

t.test('the diagnosis names the address to whitelist, until a refresh succeeds', async (t) => {
  await fresh();
  const { appId } = WXOA;
  await call(refreshApp, { appId }, refresher);
  wechat.changeSettings(appId, { ipWhitelist: [] });
  const force = call(refreshApp, { appId, force: true }, refresher);
  await t.rejects(force, { code: 'UPSTREAM_WECHAT_REJECTED' });

  const finding = await eventually(async () => {
    const { items } = await callNode(2)(diagnoseApps, {});
    if (items[0] === undefined) throw new Error('not told yet');
    return items[0];
  });

  t.match(finding, { appId, problem: { errcode: 40164, callerIp: '127.0.0.1' } });
  t.match(finding.problem.remedy, /IP whitelist: add 127\.0\.0\.1/);
  wechat.changeSettings(appId, { ipWhitelist: null });
  await call(refreshApp, { appId }, refresher);
  await eventually(async () => (await callNode(1)(diagnoseApps, {})).items.length === 0);
});

t.test('force replaces the token at once, everywhere, and once in 35 seconds', async (t) => {
  await fresh();
  const { appId } = WXMP;
  const before = await call(getAccessToken, { appId });
  const params = { appId, force: true };

  const renewed = await callNode(0)(refreshApp, params, refresher);

  t.ok(renewed.version > before.version);
  for (let node = 0; node < NODES; node += 1) {
    await eventually(async () => {
      const { version } = await callNode(node)(getAccessToken, { appId });
      return version === renewed.version;
    });
  }
  t.throws(() => wechat.tokens.verify(before.accessToken), 'the old one is dead');
  await t.rejects(callNode(1)(refreshApp, params, refresher), { code: 'WECHAT_FORCE_TOO_SOON' });
  const { items } = await asAdmin(listApps, {}, 2);
  t.match(items.find((item) => item.appId === appId)?.token, { forcesLeftToday: 19 });
  t.equal(wechat.tokenLog.list(appId).filter(({ mode }) => mode === 'stable_force').length, 1);
});

t.test('a refresh without force leaves a good token alone', async (t) => {
  await fresh();
  const { appId } = WXMP;
  const before = await call(refreshApp, { appId }, refresher);
  lines.length = 0;

  const { version } = await call(refreshApp, { appId }, refresher);

  t.equal(version, before.version);
  t.match(
    lines.filter((line) => line.includes('admin-ben')).map((line) => JSON.parse(line) as object),
    [{ deed: 'refresh', appId, force: false }],
  );
});

t.test('marks are needed, and an admin is named in the log of every write', async (t) => {
  await fresh();
  const reader = { caller: admin('admin-reader', 'wechat:read') };

  await t.rejects(call(addApp, newcomer, reader), { code: 'ACTION_FORBIDDEN' });
  await t.rejects(call(listApps, {}, { caller: admin('admin-ben', 'order:ship') }), {
    code: 'ACTION_FORBIDDEN',
  });
  await t.rejects(call(refreshApp, { appId: WXMP.appId }, reader), { code: 'ACTION_FORBIDDEN' });
  await t.rejects(call(listApps, {}), { code: 'CALLER_FORBIDDEN' });
  await asAdmin(addApp, newcomer);
  await asAdmin(updateApp, { appId, version: 1, name: 'other' });
  await asAdmin(removeApp, { appId, version: 2 });

  const deeds = lines
    .filter((line) => line.includes('admin-anna'))
    .map((line) => JSON.parse(line) as Record<string, unknown>)
    .map(({ deed, appId: of }) => [deed, of]);
  t.strictSame(deeds, [
    ['add', appId],
    ['update', appId],
    ['remove', appId],
  ]);
});

t.test('what the contract forbids is refused, and the secret is not repeated', async (t) => {
  await fresh();
  const odd = 'not a secret!';

  const error = await asAdmin(addApp, { ...newcomer, secret: odd }).then(
    () => undefined,
    (reason: unknown) => reason as Error,
  );

  t.match(error, { code: 'VALIDATION_FAILED', data: { errors: [{ field: 'secret' }] } });
  t.notOk(JSON.stringify(error).includes(odd));
});

t.test('no secret is in any log line, answer, error or row', async (t) => {
  await fresh();
  const push = { pushToken: 'PushTokenOfTheTest', encodingAesKey: 'Ky'.repeat(21) + 'Z' };
  const secrets = [NEWCOMER.secret, WXMP.secret, 'f'.repeat(32), ...Object.values(push)];
  const output: string[] = [];
  const attempt = async (work: Promise<unknown>) => {
    await work.then(
      (answer) => output.push(JSON.stringify(answer)),
      (error: unknown) => output.push(`${String((error as Error).stack)} ${JSON.stringify(error)}`),
    );
  };

  await attempt(asAdmin(addApp, { ...newcomer, ...push }));
  await attempt(asAdmin(addApp, { ...newcomer, ...push }));
  await attempt(asAdmin(updateApp, { appId, version: 1, secret: 'f'.repeat(32) }));
  await attempt(asAdmin(updateApp, { appId, version: 1, secret: NEWCOMER.secret, ...push }));
  for (const fault of [{ corrupt: true }, { errcode: 40164 }, { drop: true }]) {
    const id = faults.add({ match: {}, fault });
    await attempt(asAdmin(updateApp, { appId, version: 2, secret: NEWCOMER.secret }));
    faults.remove(id);
  }
  const { accessToken } = await call(getAccessToken, { appId });
  await attempt(asAdmin(listApps, {}));

  const dump = JSON.stringify(await database.sql('select * from wechat_app'));
  const all = [...output, ...lines, dump].join('\n');
  t.ok(output.length === 8 && lines.length > 10, 'there was something to find');
  t.match(output[7], /"hasPushSecrets":true/);
  for (const secret of [...secrets, accessToken]) t.notOk(all.includes(secret), secret.slice(0, 6));
});
