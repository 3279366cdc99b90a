import { inflateSync } from 'node:zlib';
import t from 'tap';
import { createFixture, MP, OA, type Fixture } from '../support/fixture.ts';

const UNLIMITED = '/wxa/getwxacodeunlimit';
const LIMITED = '/wxa/getwxacode';
const SQUARE = '/cgi-bin/wxaapp/createwxaqrcode';

const build = async (t: Parameters<typeof createFixture>[0]) => {
  const fixture = createFixture(t);
  const token = await fixture.stableToken();
  const ask = (path: string, body: unknown) =>
    fixture.call('POST', `${path}?access_token=${token}`, body);
  const errcodeOf = async (path: string, body: unknown) =>
    (await ask(path, body)).body['errcode'] ?? 0;
  const raw = async (path: string, body: object) => {
    const response = await fixture.sandbox.app.inject({
      method: 'POST',
      url: `${path}?access_token=${token}`,
      payload: body,
    });
    return { bytes: response.rawPayload, headers: response.headers };
  };
  return { ...fixture, token, ask, errcodeOf, raw };
};

const limits = ({ control }: Fixture, change: object) =>
  control('PATCH', `/wechat/apps/${MP.appid}`, { limits: change });

t.test('a code is a PNG of the width asked for, 430 by default', async (t) => {
  const { raw } = await build(t);

  const { bytes, headers } = await raw(UNLIMITED, { scene: 'a' });
  const wide = await raw(LIMITED, { path: 'pages/a', width: 1280 });

  t.equal(headers['content-type'], 'image/png');
  t.equal(bytes.subarray(0, 8).toString('hex'), '89504e470d0a1a0a');
  t.equal(bytes.readUInt32BE(16), 430);
  t.equal(wide.bytes.readUInt32BE(16), 1280);
  const length = wide.bytes.readUInt32BE(33);
  t.equal(inflateSync(wide.bytes.subarray(41, 41 + length)).length, 1280 * 161);
});

t.test('scenes and pages are refused as the reference says', async (t) => {
  const world = await build(t);
  await world.control('PATCH', `/wechat/apps/${MP.appid}`, { pages: ['pages/index'] });
  const cases: [object, number][] = [
    [{ scene: 'a' }, 0],
    [{ scene: "0aZ!#$&'()*+,/:;=?@-._~" }, 0],
    [{ scene: 'a'.repeat(32) }, 0],
    [{ scene: 'a'.repeat(33) }, 40129],
    [{ scene: '' }, 40129],
    [{ scene: 'a%20' }, 40169],
    [{ scene: '中' }, 40169],
    [{ scene: 7 }, 47001],
    [{}, 47001],
    [{ scene: 'a', page: 'pages/index' }, 0],
    [{ scene: 'a', page: '/pages/index' }, 41030],
    [{ scene: 'a', page: 'pages/index?x=1' }, 41030],
    [{ scene: 'a', page: 'pages/none' }, 41030],
    [{ scene: 'a', page: 'pages/none', check_path: false }, 0],
    [{ scene: 'a', env_version: 'trial' }, 0],
    [{ scene: 'a', env_version: 'beta' }, 40097],
    [{ scene: 'a', width: 279 }, 40097],
    [{ scene: 'a', width: 1281 }, 40097],
    [{ scene: 'a', line_color: { r: 0, g: 0, b: 256 } }, 40097],
    [{ scene: 'a', line_color: { r: 0, g: 0, blue: 1 } }, 47001],
    [{ scene: 'a', autoColor: true }, 47001],
  ];
  for (const [body, errcode] of cases) {
    t.equal(await world.errcodeOf(UNLIMITED, body), errcode, JSON.stringify(body));
  }
});

t.test('paths have 1,024 characters, those of square codes 128', async (t) => {
  const { errcodeOf } = await build(t);
  const long = `p?${'a'.repeat(126)}`;

  t.equal(await errcodeOf(SQUARE, { path: long }), 0);
  t.equal(await errcodeOf(SQUARE, { path: `${long}a` }), 40159);
  t.equal(await errcodeOf(LIMITED, { path: `${long}a` }), 0);
  t.equal(await errcodeOf(LIMITED, { path: 'p'.repeat(1025) }), 40159);
  t.equal(await errcodeOf(LIMITED, { path: '' }), 40159);
  t.equal(await errcodeOf(SQUARE, { path: 'p', is_hyaline: true }), 47001, 'no such field there');
});

t.test('limited codes of both kinds share one total, which no day brings back', async (t) => {
  const world = await build(t);
  await limits(world, { qrCodesInAll: 2 });

  const first = await world.raw(LIMITED, { path: 'pages/a' });
  const second = await world.raw(SQUARE, { path: 'pages/a' });

  t.equal(first.headers['num-used'], '1');
  t.equal(second.headers['num-used'], '2');
  t.equal(await world.errcodeOf(SQUARE, { path: 'p' }), 45029);
  world.advance(3_600_000);
  t.equal(await world.errcodeOf(LIMITED, { path: 'p' }), 45029);
  t.equal(await world.errcodeOf(UNLIMITED, { scene: 'a' }), 0, 'the others are without number');
});

t.test('unlimited codes have a limit per minute', async (t) => {
  const world = await build(t);
  await limits(world, { unlimitedQrPerMinute: 1 });

  t.equal(await world.errcodeOf(UNLIMITED, { scene: 'a' }), 0);
  t.equal(await world.errcodeOf(UNLIMITED, { scene: 'a' }), 45011);
  world.advance(60_000);
  t.equal(await world.errcodeOf(UNLIMITED, { scene: 'a' }), 0);
});

t.test('codes are for mini programs, with a token, by POST', async (t) => {
  const world = await build(t);
  const ofAccount = await world.stableToken(OA);
  for (const path of [UNLIMITED, LIMITED, SQUARE]) {
    const errcode = async (method: string, token: string) =>
      (await world.call(method, `${path}?access_token=${token}`, { scene: 'a', path: 'p' })).body[
        'errcode'
      ];
    t.equal(await errcode('POST', ofAccount), 48001);
    t.equal(await errcode('POST', 'garbage'), 40014);
    t.equal(await errcode('PUT', world.token), 43002);
  }
});
