import { createHmac } from 'node:crypto';
import t from 'tap';
import { createFixture, MP, MP2, OA, type Fixture } from '../support/fixture.ts';

const issue = async ({ control }: Fixture, who: object = {}) => {
  const { body } = await control('POST', '/wechat/login-codes', who);
  return { code: String(body['code']), openid: String(body['openid']) };
};

t.test(
  'a login code gives the openid it was issued for and a session_key of 16 bytes',
  async (t) => {
    const fixture = createFixture(t);
    const { code, openid } = await issue(fixture);

    const { body, status } = await fixture.login(code);

    t.equal(status, 200);
    t.equal(body['openid'], openid);
    t.match(body['session_key'], /==$/);
    t.equal(Buffer.from(String(body['session_key']), 'base64').length, 16);
    t.notOk('errcode' in body, 'success has no errcode');
    t.notOk('unionid' in body, 'unionid only when bound to an Open Platform account');
  },
);

t.test('a login code is redeemed once, also when both redeem at once', async (t) => {
  const fixture = createFixture(t);
  const { code } = await issue(fixture);

  const answers = await Promise.all(Array.from({ length: 20 }, () => fixture.login(code)));

  t.equal(answers.filter(({ body }) => 'openid' in body).length, 1);
  t.equal(answers.filter(({ body }) => body['errcode'] === 40029).length, 19);
});

t.test('a login code lives 300 s by the clock of the sandbox', async (t) => {
  const fixture = createFixture(t);
  const early = await issue(fixture);
  const late = await issue(fixture);

  await fixture.control('POST', '/clock', { offsetMs: 299_999 });
  const inTime = await fixture.login(early.code);
  await fixture.control('POST', '/clock', { offsetMs: 300_000 });
  const tooLate = await fixture.login(late.code);

  t.equal(inTime.body['openid'], early.openid);
  t.equal(tooLate.body['errcode'], 40029);
});

t.test("another app's login code is 40029 and stays usable for its own", async (t) => {
  const fixture = createFixture(t);
  const { code, openid } = await issue(fixture, { appid: MP2.appid });

  const foreign = await fixture.login(code, MP);
  const own = await fixture.login(code, MP2);

  t.equal(foreign.body['errcode'], 40029);
  t.equal(own.body['openid'], openid);
});

t.test('the same person keeps openid and unionid over logins', async (t) => {
  const fixture = createFixture(t);
  const named = await issue(fixture, { openid: 'o-anna', unionid: 'u-anna' });
  const again = await issue(fixture, { openid: 'o-anna' });
  const byUnion = await issue(fixture, { unionid: 'u-anna' });
  const inOtherApp = await issue(fixture, { unionid: 'u-anna', appid: MP2.appid });

  const { body } = await fixture.login(again.code);

  t.match(
    [named, again, byUnion],
    [{ openid: 'o-anna' }, { openid: 'o-anna' }, { openid: 'o-anna' }],
  );
  t.not(inOtherApp.openid, 'o-anna', 'an openid is one user inside one app');
  t.match(body, { openid: 'o-anna', unionid: 'u-anna' });
});

t.test(
  'session_key stays over logins, and each wx.login replaces it when switched on',
  async (t) => {
    const fixture = createFixture(t);
    const keyOf = async () => {
      const { code } = await issue(fixture, { openid: 'o-anna' });
      return (await fixture.login(code)).body['session_key'];
    };
    const first = await keyOf();
    const kept = await keyOf();
    await fixture.control('PATCH', `/wechat/apps/${MP.appid}`, { rotateSessionKey: true });

    t.equal(kept, first);
    t.not(await keyOf(), first);
  },
);

t.test('code2session refuses as the reference says', async (t) => {
  const { call, login, control } = createFixture(t);
  const url = (params: Record<string, string>) =>
    `/sns/jscode2session?${new URLSearchParams(params).toString()}`;
  const { appid, secret } = MP;
  const grant_type = 'authorization_code';
  const cases: [string, Promise<{ body: Record<string, unknown> }>, number][] = [
    ['unknown code', login('nobody-issued-this'), 40029],
    ['no code', call('GET', url({ appid, secret, grant_type })), 41008],
    ['no appid', call('GET', url({ secret, grant_type, js_code: 'x' })), 41002],
    ['no secret', call('GET', url({ appid, grant_type, js_code: 'x' })), 41004],
    ['wrong secret', login('x', { appid, secret: 'wrong' }), 40125],
    ['unknown app', login('x', { appid: 'wx9', secret }), 40013],
    ['official account', login('x', OA), 40013],
    ['bad grant', call('GET', url({ appid, secret, js_code: 'x', grant_type: 'x' })), 40002],
    ['POST', call('POST', url({ appid, secret, js_code: 'x', grant_type }), {}), 43001],
    [
      'unknown parameter',
      call('GET', url({ appid, secret, js_code: 'x', grant_type, y: '1' })),
      40097,
    ],
  ];
  for (const [title, answer, errcode] of cases) {
    t.equal((await answer).body['errcode'], errcode, title);
  }
  const phone = await control('POST', '/wechat/phone-codes', { phone: '13800000000' });
  t.equal((await login(String(phone.body['code']))).body['errcode'], 40029, 'a phone code');
});

t.test('a high-risk user is 40226, and so is the code spent', async (t) => {
  const fixture = createFixture(t);
  const { code } = await issue(fixture, { openid: 'o-risky' });
  await fixture.control('PATCH', '/wechat/users/o-risky', { blocked: true });

  t.equal((await fixture.login(code)).body['errcode'], 40226);
  t.equal((await fixture.login(code)).body['errcode'], 40029);
});

t.test('one user redeems at most 100 codes a minute, then 45011', async (t) => {
  const fixture = createFixture(t);
  const codeOf = () => fixture.sandbox.state.wechat.issueLoginCode({ openid: 'o-anna' }).code;
  for (let login = 0; login < 100; login += 1) {
    t.ok('openid' in (await fixture.login(codeOf())).body);
  }

  const code = codeOf();
  const limited = await fixture.login(code);
  fixture.advance(60_000);
  const nextMinute = await fixture.login(code);

  t.equal(limited.body['errcode'], 45011);
  t.equal(nextMinute.body['openid'], 'o-anna', 'a limited code is not spent');
});

t.test('what the reference marks as uncertain is a switch', async (t) => {
  const fixture = createFixture(t);
  await fixture.control('PATCH', `/wechat/apps/${MP.appid}`, {
    usedCodeErrcode: 40163,
    loginContentType: 'text/plain',
  });
  const { code } = await issue(fixture);

  const first = await fixture.login(code);
  const second = await fixture.login(code);

  t.match(first.type, /^text\/plain/);
  t.ok('openid' in first.body);
  t.equal(second.body['errcode'], 40163);
});

const signed = (token: string, openid: string, sessionKey: string, method = 'hmac_sha256') =>
  new URLSearchParams({
    access_token: token,
    openid,
    signature: createHmac('sha256', sessionKey).update('').digest('hex'),
    sig_method: method,
  }).toString();

t.test('checksession accepts the live session_key and refuses an old one with 87009', async (t) => {
  const fixture = createFixture(t);
  const token = await fixture.stableToken();
  const { code, openid } = await issue(fixture);
  const key = String((await fixture.login(code)).body['session_key']);
  const check = async (query: string) =>
    (await fixture.call('GET', `/wxa/checksession?${query}`)).body['errcode'];

  t.equal(await check(signed(token, openid, key)), 0);
  t.equal(await check(signed(token, openid, 'another')), 87009);
  t.equal(await check(signed(token, openid, key, 'md5')), 87008);
  t.equal(await check(signed(token, 'o-nobody', key)), 40003);
  t.equal(await check(signed('garbage', openid, key)), 40014);
  const byPost = await fixture.call('POST', `/wxa/checksession?${signed(token, openid, key)}`, {});
  t.equal(byPost.body['errcode'], 43001);
});

t.test(
  'resetusersessionkey gives a new session_key, and the old one is 87009 from then on',
  async (t) => {
    const fixture = createFixture(t);
    const token = await fixture.stableToken();
    const { code, openid } = await issue(fixture);
    const key = String((await fixture.login(code)).body['session_key']);
    const reset = `/wxa/resetusersessionkey?${signed(token, openid, key)}`;

    const { body } = await fixture.call('GET', reset);
    const again = await fixture.call('GET', reset);

    t.match(body, { errcode: 0, openid });
    t.not(body['session_key'], key);
    t.equal(again.body['errcode'], 87009);
  },
);
