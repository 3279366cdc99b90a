import t from 'tap';
import { createFixture, MP, START_MS } from '../support/fixture.ts';

const SCHEME = '/wxa/generatescheme';
const LINK = '/wxa/generate_urllink';
const SHORT = '/wxa/genwxashortlink';
const NOW_S = START_MS / 1000;
const DAY_S = 86_400;

const build = async (t: Parameters<typeof createFixture>[0]) => {
  const fixture = createFixture(t);
  const token = await fixture.stableToken();
  const ask = async (path: string, body: unknown) =>
    (await fixture.call('POST', `${path}?access_token=${token}`, body)).body;
  const change = (settings: object) =>
    fixture.control('PATCH', `/wechat/apps/${MP.appid}`, settings);
  return { ...fixture, ask, change };
};

const life = { expire_type: 1, expire_interval: 30 };

t.test('each kind of link has its own form', async (t) => {
  const { ask } = await build(t);

  t.match(await ask(SCHEME, { jump_wxa: { path: '/pages/a', query: 'a=1' }, ...life }), {
    errcode: 0,
    openlink: /^weixin:\/\/dl\/business\/\?t=/,
  });
  t.match(await ask(LINK, { path: 'pages/a', ...life }), { url_link: /^https:\/\/wxaurl\.cn\// });
  t.match(await ask(SHORT, { page_url: 'pages/a?b=1', page_title: '抽奖' }), {
    link: /^#小程序:\/\/抽奖\//,
  });
  t.match(await ask(SHORT, { page_url: 'pages/a', page_title: '一'.repeat(21) }), {
    link: new RegExp(`//${'一'.repeat(20)}…/`),
  });
});

t.test('a life is more than a minute and at most 30 days, else 85401', async (t) => {
  const { ask } = await build(t);
  const cases: [object, number][] = [
    [{ expire_type: 0, expire_time: NOW_S + 61 }, 0],
    [{ expire_type: 0, expire_time: NOW_S + 60 }, 85401],
    [{ expire_time: NOW_S + 30 * DAY_S }, 0],
    [{ expire_time: NOW_S + 30 * DAY_S + 1 }, 85401],
    [{ expire_type: 1, expire_interval: 1 }, 0],
    [{ expire_type: 1, expire_interval: 30 }, 0],
    [{ expire_type: 1, expire_interval: 31 }, 85401],
    [{ expire_type: 1, expire_interval: 0 }, 85401],
    [{ expire_type: 1, expire_time: NOW_S + 3600 }, 85401],
    [{ expire_type: 2, expire_interval: 1 }, 47001],
    [{}, 85401],
  ];
  for (const [fields, errcode] of cases) {
    const title = JSON.stringify(fields);
    t.equal((await ask(LINK, fields))['errcode'], errcode, `link ${title}`);
    t.equal((await ask(SCHEME, { is_expire: true, ...fields }))['errcode'], errcode, title);
  }
});

t.test('targets are refused as the reference says', async (t) => {
  const { ask, change } = await build(t);
  await change({ pages: ['pages/a'] });
  const cases: [object, number][] = [
    [{ path: '/pages/a' }, 0],
    [{ path: 'pages/none' }, 40165],
    [{ path: 'pages/a?b=1' }, 40165],
    [{ query: "a=1&b=%20~!#$'()*+,/:;=?@-._" }, 0],
    [{ query: 'a=中' }, 40212],
    [{ query: 'a'.repeat(1025) }, 40212],
    [{ env_version: 'develop' }, 0],
    [{ env_version: 'beta' }, 85402],
    [{ pathe: 'pages/a' }, 47001],
  ];
  for (const [target, errcode] of cases) {
    const title = JSON.stringify(target).slice(0, 40);
    t.equal((await ask(LINK, { ...target, ...life }))['errcode'], errcode, `link ${title}`);
    t.equal((await ask(SCHEME, { jump_wxa: target, ...life }))['errcode'], errcode, title);
  }
  t.equal((await ask(SHORT, { page_url: 'pages/none' }))['errcode'], 40066);
  t.equal((await ask(SHORT, { page_url: '' }))['errcode'], 40066);
  t.equal((await ask(SHORT, { page_url: 'pages/a', page_title: 'a\nb' }))['errcode'], 40225);
  await change({ isReleased: false });
  t.equal((await ask(LINK, life))['errcode'], 85079);
});

t.test('schemes and links share 100 a second (44990) and one number a day (44993)', async (t) => {
  const { call, change, advance, stableToken } = await build(t);
  await change({ limits: { linksPerSecond: 1, linksPerDay: 2 } });
  // Tokens end before the day does.
  const ask = async (path: string) =>
    (await call('POST', `${path}?access_token=${await stableToken()}`, life)).body['errcode'];

  t.equal(await ask(LINK), 0);
  t.equal(await ask(SCHEME), 44990);
  advance(1000);
  t.equal(await ask(SCHEME), 0);
  advance(1000);
  t.equal(await ask(LINK), 44993);
  // Noon plus twelve hours: the next day in Beijing.
  advance(12 * 3_600_000);
  t.equal(await ask(LINK), 0);
});

t.test('short links have a day (45009), permanent ones a total (85400) besides', async (t) => {
  const { ask, change } = await build(t);
  const short = { page_url: 'pages/a' };
  await change({ limits: { permanentShortLinksInAll: 1, shortLinksPerDay: 3 } });

  t.equal((await ask(SHORT, { ...short, is_permanent: true }))['errcode'], 0);
  t.equal((await ask(SHORT, { ...short, is_permanent: true }))['errcode'], 85400);
  t.equal((await ask(SHORT, short))['errcode'], 0);
  t.equal((await ask(SHORT, short))['errcode'], 0);
  t.equal((await ask(SHORT, short))['errcode'], 45009, 'the refused one did not count');
});
