import t from 'tap';
import { createFixture, MP, MP2, OA } from '../support/fixture.ts';

const build = async (t: Parameters<typeof createFixture>[0]) => {
  const fixture = createFixture(t);
  const token = await fixture.stableToken();
  const ask = async (path: string, body: unknown) =>
    (await fixture.call('POST', `${path}?access_token=${token}`, body)).body;
  const clear = () => ask('/cgi-bin/clear_quota', { appid: MP.appid });
  const clearV2 = async (body?: object, query = '') =>
    (await fixture.call('POST', `/cgi-bin/clear_quota/v2${query}`, body)).body['errcode'];
  const link = () => ask('/wxa/generate_urllink', { expire_type: 1, expire_interval: 1 });
  const change = (limits: object) =>
    fixture.control('PATCH', `/wechat/apps/${MP.appid}`, { limits });
  return { ...fixture, token, ask, clear, clearV2, link, change };
};

const MP_SECRET = { appid: MP.appid, appsecret: MP.secret };

t.test('quota/get tells the day and the rate of a call', async (t) => {
  const { ask, link } = await build(t);
  await link();
  const get = (path: string) => ask('/cgi-bin/openapi/quota/get', { cgi_path: path });

  t.match(await get('/wxa/generatescheme'), {
    errcode: 0,
    quota: { daily_limit: 500_000, used: 1, remain: 499_999 },
    rate_limit: { call_count: 100, refresh_second: 1 },
  });
  t.match(await get('/cgi-bin/stable_token'), { quota: { used: 1 } });
  t.equal((await get('/wxa/none'))['errcode'], 76021);
  t.equal((await ask('/cgi-bin/openapi/quota/get', {}))['errcode'], 47001);
});

t.test('a clear brings the day back, of that app alone; what is for ever stays used', async (t) => {
  const { link, clear, clearV2, change, ask } = await build(t);
  await change({ linksPerDay: 1, qrCodesInAll: 1 });
  await link();
  await ask('/wxa/getwxacode', { path: 'p' });
  t.equal((await link())['errcode'], 44993);

  t.equal(await clearV2({ appid: MP2.appid, appsecret: MP2.secret }), 0);
  t.equal((await link())['errcode'], 44993);
  t.equal((await clear())['errcode'], 0);
  t.equal((await link())['errcode'], 0);
  t.equal((await ask('/wxa/getwxacode', { path: 'p' }))['errcode'], 45029);
});

t.test('forced token refreshes stay counted', async (t) => {
  const { stable, clear, change } = await build(t);
  await change({ forcePerDay: 1, forceIntervalSeconds: 0 });
  const fresh = await stable({ force_refresh: true });
  t.ok(fresh.body['access_token']);

  t.equal((await clear())['errcode'], 40001, 'the old token is dead');
  t.equal((await stable({ force_refresh: true })).body['errcode'], 45009);
});

t.test('both kinds together are ten a month, then 48006', async (t) => {
  const { clear, clearV2, advance } = await build(t);
  for (let used = 0; used < 10; used += 1) {
    const errcode = used % 2 === 0 ? (await clear())['errcode'] : await clearV2(MP_SECRET);
    t.equal(errcode, 0);
  }

  t.equal((await clear())['errcode'], 48006);
  t.equal(await clearV2(MP_SECRET), 48006);
  advance(11 * 86_400_000);
  t.equal(await clearV2(MP_SECRET), 0, 'the next month');
});

t.test('v2 takes the secret in the body or in the query, and only the right one', async (t) => {
  const { clearV2, ask, stableToken, call } = await build(t);

  t.equal(await clearV2(undefined, `?appid=${MP.appid}&appsecret=${MP.secret}`), 0);
  t.equal(await clearV2({ appid: MP.appid, appsecret: 'wrong' }), 40125);
  t.equal(await clearV2({ appid: 'wx-none', appsecret: 'x' }), 40013);
  t.equal(await clearV2({ appsecret: 'x' }), 41002);
  t.equal(await clearV2({ appid: MP.appid }), 41004);
  t.equal(await clearV2({ ...MP_SECRET, more: 1 }), 47001);
  t.equal((await ask('/cgi-bin/clear_quota', { appid: MP2.appid }))['errcode'], 40013);
  const ofAccount = await stableToken(OA);
  const url = `/cgi-bin/clear_quota?access_token=${ofAccount}`;
  t.equal((await call('POST', url, { appid: OA.appid })).body['errcode'], 0);
});
