import t from 'tap';
import { createFixture, MP, OA, START_MS } from '../support/fixture.ts';

t.test('bad control input is 400 and names the field', async (t) => {
  const { control } = createFixture(t);
  const cases: [string, string, unknown, string][] = [
    ['POST', '/wechat/login-codes', { openid: 1 }, 'openid'],
    ['POST', '/wechat/login-codes', { openId: 'x' }, 'openId'],
    ['POST', '/wechat/login-codes', { appid: 'wx9' }, 'appid'],
    ['POST', '/wechat/login-codes', { appid: OA.appid }, 'appid'],
    ['POST', '/wechat/login-codes', { openid: 'with space' }, 'openid'],
    ['POST', '/wechat/login-codes', '{"openid":', 'body'],
    ['POST', '/wechat/phone-codes', {}, 'phone'],
    ['POST', '/wechat/phone-codes', { phone: '123' }, 'phone'],
    ['POST', '/wechat/phone-codes', { phone: '13812345678', openid: 'o-nobody' }, 'openid'],
    ['POST', '/wechat/phone-codes', { phone: '13812345678', countryCode: '+86' }, 'countryCode'],
    ['POST', '/clock', {}, 'offsetMs'],
    ['POST', '/clock', { offsetMs: '5' }, 'offsetMs'],
    ['POST', '/clock', { offsetMs: 1.5 }, 'offsetMs'],
    ['POST', '/faults', { fault: { drop: true } }, 'match'],
    ['POST', '/faults', { match: {}, fault: {} }, 'fault'],
    ['POST', '/faults', { match: {}, fault: { status: 99 } }, 'fault.status'],
    ['POST', '/faults', { match: {}, fault: { explode: true } }, 'fault.explode'],
    ['POST', '/faults', { match: { path: 'x' }, fault: { drop: true } }, 'match.path'],
    ['POST', '/faults', { match: {}, fault: { drop: true }, times: 0 }, 'times'],
    ['POST', '/faults', { match: {}, fault: { drop: true }, rate: 2 }, 'rate'],
    [
      'PATCH',
      `/wechat/apps/${MP.appid}`,
      { limits: { classicPerDay: -1 } },
      'limits.classicPerDay',
    ],
  ];
  for (const [method, path, body, field] of cases) {
    const answer = await control(method, path, body);
    t.equal(answer.status, 400, `${path} ${JSON.stringify(body)}`);
    t.equal(answer.body['field'], field, `${path} ${JSON.stringify(body)}`);
  }
});

t.test('an openid of one app cannot be claimed for another', async (t) => {
  const { control } = createFixture(t);
  await control('POST', '/wechat/login-codes', { openid: 'o-anna' });

  const answer = await control('POST', '/wechat/login-codes', {
    openid: 'o-anna',
    appid: 'wx0000000000000002',
  });

  t.match(answer, { status: 400, body: { field: 'openid' } });
});

t.test('the clock moves tokens, codes and timestamps, and is set, not added to', async (t) => {
  const { control, stableToken, probe } = createFixture(t);
  const token = await stableToken();

  await control('POST', '/clock', { offsetMs: 1 });
  const moved = await control('POST', '/clock', { offsetMs: 7_200_000 });
  const expired = await probe(token);
  await control('POST', '/clock', { offsetMs: 0 });

  t.strictSame(moved.body, { offsetMs: 7_200_000, nowMs: START_MS + 7_200_000 });
  t.equal(expired, 42001);
  t.equal(await probe(token), 0);
});

t.test(
  'reset forgets users, codes, tokens, log, faults, settings and clock, not the apps',
  async (t) => {
    const { control, login, stable, sandbox } = createFixture(t);
    const { body } = await control('POST', '/wechat/login-codes', { openid: 'o-anna' });
    await stable();
    await control('PATCH', `/wechat/apps/${MP.appid}`, { accountState: 'frozen' });
    await control('POST', '/faults', { match: {}, fault: { drop: true } });
    await control('POST', '/clock', { offsetMs: 5 });

    t.equal((await control('POST', '/reset')).status, 200);

    t.equal((await login(String(body['code']))).body['errcode'], 40029);
    t.equal(sandbox.state.wechat.findUser(MP.appid, 'o-anna'), undefined);
    t.strictSame(sandbox.state.wechat.tokenLog.list(), []);
    t.strictSame(sandbox.state.faults.list(), []);
    t.equal(sandbox.state.clock.offsetMs(), 0);
    t.notOk('errcode' in (await stable()).body, 'the account is as configured');
  },
);

t.test(
  'what the sandbox does not play is 404 and says so; settings never show the secret',
  async (t) => {
    const { call, control } = createFixture(t);

    const unknown = await call('POST', '/wxa/nothing', {});
    const apps = await control('GET', '/wechat/apps');

    t.match(unknown, { status: 404, body: { message: /does not play POST \/wxa\/nothing/ } });
    t.equal((await control('GET', '/health')).body['status'], 'ok');
    t.notOk(apps.text.includes(MP.secret));
    t.equal((await control('PATCH', '/wechat/apps/wx9', {})).status, 404);
    t.equal((await control('PATCH', '/wechat/users/o-nobody', { blocked: true })).status, 404);
  },
);
