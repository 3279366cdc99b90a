import t from 'tap';
import { createFixture, MP, MP2, OA } from '../support/fixture.ts';

const MINUTE_MS = 60_000;

t.test('a classic fetch gives a new token, and the one before works for 300 s more', async (t) => {
  const { classic, probe, advance } = createFixture(t);
  const first = String((await classic()).body['access_token']);
  advance(10 * MINUTE_MS);

  const answer = await classic();
  const second = String(answer.body['access_token']);

  t.not(first, second);
  t.equal(answer.body['expires_in'], 7200);
  t.notOk('errcode' in answer.body, 'success has no errcode');
  advance(299_999);
  t.equal(await probe(first), 0);
  advance(1);
  t.equal(await probe(first), 40001);
  t.equal(await probe(second), 0);
});

t.test(
  'a classic token dies with 42001 after 7200 s, whatever the overlap would allow',
  async (t) => {
    const { classic, probe, advance } = createFixture(t);
    const first = String((await classic()).body['access_token']);
    advance(7_200_000 - 1000);
    await classic();

    advance(999);
    const alive = await probe(first);
    advance(1);

    t.equal(alive, 0);
    t.equal(await probe(first), 42001);
  },
);

t.test('a stable fetch gives the same token with falling expires_in', async (t) => {
  const { stable, advance } = createFixture(t);
  const first = await stable();
  advance(6900_000);

  const again = await stable();

  t.equal(first.body['expires_in'], 7200);
  t.equal(again.body['access_token'], first.body['access_token']);
  t.equal(again.body['expires_in'], 300);
});

t.test(
  'a stable fetch with under 300 s left rotates, and both tokens work for 300 s',
  async (t) => {
    const { stable, probe, advance } = createFixture(t);
    const old = String((await stable()).body['access_token']);
    advance(6_900_001);

    const fresh = await stable();

    t.not(fresh.body['access_token'], old);
    t.equal(fresh.body['expires_in'], 7200);
    advance(299_999);
    t.equal(await probe(old), 0, 'the whole overlap, although its own 7200 s are over');
    advance(1);
    t.equal(await probe(old), 42001);
    t.equal(await probe(String(fresh.body['access_token'])), 0);
  },
);

t.test('a stable token that ran out long ago is not revived by the next fetch', async (t) => {
  const { stable, probe, advance } = createFixture(t);
  const old = String((await stable()).body['access_token']);
  advance(8_000_000);

  await stable();

  t.equal(await probe(old), 42001);
});

t.test('a forced refresh kills the previous stable token at once', async (t) => {
  const { stable, probe } = createFixture(t);
  const old = String((await stable()).body['access_token']);

  const forced = await stable({ force_refresh: true });

  t.not(forced.body['access_token'], old);
  t.equal(await probe(old), 40001);
  t.equal(await probe(String(forced.body['access_token'])), 0);
});

t.test('a forced refresh within 30 s of the last changes nothing and costs no force', async (t) => {
  const { stable, advance, control } = createFixture(t);
  const first = await stable({ force_refresh: true });
  advance(29_999);

  const early = await stable({ force_refresh: true });
  await control('PATCH', `/wechat/apps/${MP.appid}`, { forceTooEarly: 45011 });
  const refused = await stable({ force_refresh: true });
  advance(1);
  const later = await stable({ force_refresh: true });

  t.equal(early.body['access_token'], first.body['access_token']);
  t.equal(refused.body['errcode'], 45011, 'by switch');
  t.not(later.body['access_token'], first.body['access_token']);
});

t.test(
  'the 21st forced refresh of a Beijing day is 45009, and midnight there renews them',
  async (t) => {
    const { stable, advance } = createFixture(t);
    for (let force = 0; force < 20; force += 1) {
      t.notOk('errcode' in (await stable({ force_refresh: true })).body);
      advance(30_000);
    }

    const beyond = await stable({ force_refresh: true });
    advance(12 * 3_600_000);
    const tomorrow = await stable({ force_refresh: true });

    t.equal(beyond.body['errcode'], 45009);
    t.notOk('errcode' in tomorrow.body);
  },
);

t.test('classic and stable tokens do not touch each other', async (t) => {
  const { classic, stable, probe } = createFixture(t);
  const ofClassic = String((await classic()).body['access_token']);
  const ofStable = String((await stable()).body['access_token']);

  await stable({ force_refresh: true });
  const classicAfterForce = await probe(ofClassic);
  const current = String((await stable()).body['access_token']);
  await classic();

  t.not(ofClassic, ofStable);
  t.equal(classicAfterForce, 0);
  t.equal(await probe(current), 0);
});

t.test('a token is at least 136 characters, at most 512, and no other app has it', async (t) => {
  const { classic, stable } = createFixture(t);
  const tokens = [];
  for (const app of [MP, MP2, OA]) {
    tokens.push(String((await classic(app)).body['access_token']));
    tokens.push(String((await stable({}, app)).body['access_token']));
  }

  t.equal(new Set(tokens).size, 6);
  t.ok(tokens.every((token) => token.length >= 136 && token.length <= 512));
});

t.test('a token is refused by what is wrong with it: 41001, 40014, 40001', async (t) => {
  const { call, probe, sandbox, stableToken } = createFixture(t);
  const forgotten = await stableToken();
  sandbox.state.reset();

  const missing = await call('POST', '/wxa/business/getuserphonenumber', { code: 'x' });

  t.equal(missing.body['errcode'], 41001);
  t.equal(await probe(''), 41001);
  t.equal(await probe('garbage'), 40014);
  t.equal(await probe(forgotten), 40001, 'the form is right, but nobody issued it');
});

t.test('2000 classic fetches a day, then 45009', async (t) => {
  const { classic, advance } = createFixture(t);
  for (let fetch = 0; fetch < 2000; fetch += 1) await classic();

  const beyond = await classic();
  const other = await classic(MP2);
  advance(12 * 3_600_000);

  t.equal(beyond.body['errcode'], 45009);
  t.notOk('errcode' in other.body, 'each account has its own');
  t.notOk('errcode' in (await classic()).body);
});

t.test('stable fetches are counted per minute (45011) and per day (45009)', async (t) => {
  const { stable, advance, control, sandbox } = createFixture(t);
  const { limits } = sandbox.state.wechat.findApp(MP.appid)!.settings;
  t.match(limits, { stablePerMinute: 10_000, stablePerDay: 500_000 });
  await control('PATCH', `/wechat/apps/${MP.appid}`, {
    limits: { stablePerMinute: 2, stablePerDay: 3 },
  });

  const codes = [];
  for (let fetch = 0; fetch < 3; fetch += 1) codes.push((await stable()).body['errcode']);
  advance(MINUTE_MS);
  for (let fetch = 0; fetch < 2; fetch += 1) codes.push((await stable()).body['errcode']);

  t.strictSame(codes, [undefined, undefined, 45011, undefined, 45009]);
});

t.test('bad credentials are told apart as the reference says', async (t) => {
  const { call, classic, stable } = createFixture(t);
  const token = '/cgi-bin/token?grant_type=client_credential';
  const stableUrl = '/cgi-bin/stable_token';
  const cases: [string, Promise<{ body: Record<string, unknown> }>, number][] = [
    ['classic without appid', call('GET', `${token}&secret=x`), 41002],
    ['classic without secret', call('GET', `${token}&appid=${MP.appid}`), 41004],
    ['classic with an unknown appid', call('GET', `${token}&appid=wx9&secret=x`), 40013],
    ['classic with a wrong secret', classic({ ...MP, secret: 'wrong' }), 40125],
    ["classic with another account's secret", classic({ ...MP, secret: MP2.secret }), 40001],
    [
      'classic with a bad grant',
      call('GET', `/cgi-bin/token?appid=${MP.appid}&grant_type=x`),
      40002,
    ],
    ['classic by POST', call('POST', token, {}), 43001],
    [
      'classic with an unknown parameter',
      call('GET', `${token}&appid=${MP.appid}&secret=${MP.secret}&x=1`),
      40097,
    ],
    ['classic with appid twice', call('GET', `${token}&appid=a&appid=b&secret=x`), 40097],
    ['stable by GET', call('GET', stableUrl), 43002],
    ['stable without body', call('POST', stableUrl), 44002],
    ['stable with a form', call('POST', stableUrl, 'appid=x&secret=y'), 47001],
    ['stable with an array', call('POST', stableUrl, '[]'), 47001],
    ['stable without appid', stable({ appid: undefined }), 41002],
    ['stable without secret', stable({ secret: undefined }), 41004],
    ['stable with a wrong secret', stable({ secret: MP2.secret }), 40125],
    ['stable with an unknown appid', stable({ appid: 'wx9' }), 40013],
    ['stable with a bad grant', stable({ grant_type: 'authorization_code' }), 40002],
    ['stable with an unknown field', stable({ force: true }), 47001],
    ['stable with force_refresh as text', stable({ force_refresh: 'true' }), 47001],
  ];
  for (const [title, answer, errcode] of cases) {
    t.equal((await answer).body['errcode'], errcode, title);
  }
});

t.test('every refusal is HTTP 200 with errcode and a request id in errmsg', async (t) => {
  const { call } = createFixture(t);

  const { status, body, type } = await call('GET', '/cgi-bin/token');

  t.equal(status, 200);
  t.match(type, /^application\/json/);
  t.match(body['errmsg'], /.+ rid: [0-9a-f]{8}-[0-9a-f]{8}-[0-9a-f]{8}$/);
});

t.test(
  'an unknown field passes once the account is told to be as lenient as the real host',
  async (t) => {
    const { stable, control } = createFixture(t);
    await control('PATCH', `/wechat/apps/${MP.appid}`, { refuseUnknownFields: false });

    t.notOk('errcode' in (await stable({ force: true })).body);
  },
);

t.test('the IP whitelist refuses with 40164 and names the caller', async (t) => {
  const { stable, classic, control } = createFixture(t);
  const app = `/wechat/apps/${MP.appid}`;
  await control('PATCH', app, { ipWhitelist: ['10.0.0.1'] });

  const refused = [await stable(), await classic()];
  await control('PATCH', app, { ipWhitelist: ['10.0.0.1', '127.0.0.1'] });
  const allowed = await stable();

  for (const { body } of refused) {
    t.equal(body['errcode'], 40164);
    t.match(body['errmsg'], /127\.0\.0\.1/);
  }
  t.notOk('errcode' in allowed.body);
});

t.test('an unconfirmed or refused address and a frozen account have their own codes', async (t) => {
  const { stable, control } = createFixture(t);
  const cases = [
    [{ ipConfirmation: 'pending' }, 89503],
    [{ ipConfirmation: 'refused_24h' }, 89506],
    [{ ipConfirmation: 'refused_1h' }, 89507],
    [{ ipConfirmation: 'none', accountState: 'secret_frozen' }, 40243],
    [{ accountState: 'token_forbidden' }, 50004],
    [{ accountState: 'frozen' }, 50007],
  ] as const;
  for (const [settings, errcode] of cases) {
    await control('PATCH', `/wechat/apps/${MP.appid}`, settings);
    t.equal((await stable()).body['errcode'], errcode, JSON.stringify(settings));
  }
});

t.test(
  'the token log tells every fetch with time, caller, mode and validity, not the token',
  async (t) => {
    const { stable, classic, control, advance } = createFixture(t);
    const token = String((await stable()).body['access_token']);
    advance(1000);
    await stable();
    await stable({ force_refresh: true });
    await classic(MP2);
    await stable({ secret: 'wrong' });

    const { text } = await control('GET', '/wechat/token-log');
    const log = JSON.parse(text) as Record<string, unknown>[];
    const ofOther = await control('GET', `/wechat/token-log?appid=${MP2.appid}`);

    t.match(log, [
      { mode: 'stable', errcode: 0, issued: true, caller: { ip: '127.0.0.1' }, appid: MP.appid },
      { mode: 'stable', errcode: 0, issued: false },
      { mode: 'stable_force', errcode: 0, issued: true },
      { mode: 'classic', errcode: 0, issued: true, appid: MP2.appid },
      { mode: 'stable', errcode: 40125, issued: false, tokenId: null },
    ]);
    t.equal(log[0]!['tokenId'], log[1]!['tokenId']);
    t.not(log[1]!['tokenId'], log[2]!['tokenId']);
    t.equal(Number(log[0]!['validUntilMs']) - Number(log[0]!['validFromMs']), 7_200_000);
    t.notOk(text.includes(token));
    t.equal((JSON.parse(ofOther.text) as unknown[]).length, 1);
  },
);
