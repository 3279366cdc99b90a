import t from 'tap';
import { createFixture, MP, MP2 } from '../support/fixture.ts';

const TEXT = '/wxa/msg_sec_check';
const MEDIA = '/wxa/media_check_async';

const build = async (t: Parameters<typeof createFixture>[0]) => {
  const fixture = createFixture(t);
  const { openid } = fixture.sandbox.state.wechat.issueLoginCode({ openid: 'o-anna' });
  const ask = async (path: string, body: object) => {
    const url = `${path}?access_token=${await fixture.stableToken()}`;
    return (await fixture.call('POST', url, body)).body;
  };
  const change = (settings: object) =>
    fixture.control('PATCH', `/wechat/apps/${MP.appid}`, settings);
  const text = { openid, content: '你好', version: 2, scene: 2 };
  const media = {
    openid,
    media_url: 'https://a.example/a.png',
    media_type: 2,
    version: 2,
    scene: 1,
  };
  return { ...fixture, ask, change, text, media };
};

t.test('a text passes, or is judged by the rules of the account', async (t) => {
  const { ask, change, text } = await build(t);

  t.match(await ask(TEXT, text), {
    errcode: 0,
    result: { suggest: 'pass', label: 100 },
    trace_id: /^[0-9a-f]{32}$/,
  });
  t.match(await ask(TEXT, { ...text, content: '去赌博' }), {
    result: { suggest: 'risky', label: 20006 },
    detail: [{ errcode: 0, keyword: '赌博' }, { errcode: -1 }],
  });
  t.match(await ask(TEXT, { ...text, title: '加微信' }), { result: { suggest: 'review' } });
  await change({ textRules: [{ keyword: '好', suggest: 'risky', label: 21000 }] });
  t.match(await ask(TEXT, text), { result: { suggest: 'risky', label: 21000 } });
});

t.test('texts are refused as the reference says', async (t) => {
  const { ask, text, sandbox } = await build(t);
  sandbox.state.wechat.issueLoginCode({ openid: 'o-other', appid: MP2.appid });
  const cases: [object, number][] = [
    [{ content: '字'.repeat(2500) }, 0],
    [{ content: '字'.repeat(2501) }, 47001],
    [{ content: '' }, 47001],
    [{ version: 1 }, 47001],
    [{ version: undefined }, 47001],
    [{ scene: 5 }, 40129],
    [{ scene: '2' }, 47001],
    [{ signature: 'x' }, 47001],
    [{ signature: 'x', scene: 1 }, 0],
    [{ openid: '' }, 40003],
    [{ openid: 'o-none' }, 40003],
    [{ openid: 'o-other' }, 43104],
    [{ text: 'x' }, 47001],
  ];
  for (const [change, errcode] of cases) {
    const { errcode: got } = await ask(TEXT, { ...text, ...change });
    t.equal(got, errcode, JSON.stringify(change).slice(0, 40));
  }
});

t.test('content is checked of users who were there within two hours, else 61010', async (t) => {
  const { ask, text, media, advance, sandbox } = await build(t);

  advance(7_200_000);
  t.equal((await ask(TEXT, text))['errcode'], 0);
  advance(1000);
  t.equal((await ask(TEXT, text))['errcode'], 61010);
  t.equal((await ask(MEDIA, media))['errcode'], 61010);
  sandbox.state.wechat.issueLoginCode({ openid: 'o-anna' });
  t.equal((await ask(TEXT, text))['errcode'], 0);
});

t.test('both checks have a minute (44991) and a day (45009)', async (t) => {
  const { ask, change, text, media, advance } = await build(t);
  await change({
    limits: {
      textChecksPerMinute: 1,
      textChecksPerDay: 2,
      mediaChecksPerMinute: 1,
      mediaChecksPerDay: 2,
    },
  });
  for (const [path, body] of [
    [TEXT, text],
    [MEDIA, media],
  ] as const) {
    t.equal((await ask(path, body))['errcode'], 0);
    t.equal((await ask(path, body))['errcode'], 44991);
    advance(60_000);
    t.equal((await ask(path, body))['errcode'], 0);
    advance(60_000);
    t.equal((await ask(path, body))['errcode'], 45009);
    advance(60_000);
  }
});

t.test(
  'a media check gives a trace id, and its verdict can be had as the message it will be',
  async (t) => {
    const { ask, change, control, media } = await build(t);

    const { errcode, trace_id: traceId } = await ask(MEDIA, media);

    t.equal(errcode, 0);
    const asked = await control('GET', '/wechat/media-checks');
    t.match(JSON.parse(asked.text), [
      { traceId, openid: 'o-anna', mediaUrl: media.media_url, mediaType: 'image' },
    ]);
    const path = `/wechat/media-checks/${String(traceId)}/verdict-message`;
    const message = await control('POST', path, { suggest: 'risky', label: 20002 });
    t.match(message.body, {
      MsgType: 'event',
      Event: 'wxa_media_check',
      FromUserName: 'o-anna',
      appid: MP.appid,
      trace_id: traceId,
      version: 2,
      errcode: 0,
      result: { suggest: 'risky', label: 20002 },
    });
    const failed = await control('POST', path, { errcode: -1008 });
    t.equal(failed.body['errcode'], -1008);
    t.notOk('result' in failed.body);
    t.equal((await control('POST', '/wechat/media-checks/none/verdict-message', {})).status, 404);
    t.equal((await control('POST', path, { suggest: 'maybe' })).status, 400);

    t.equal((await ask(MEDIA, { ...media, media_type: 3 }))['errcode'], 40004);
    t.equal((await ask(MEDIA, { ...media, media_url: 'a.png' }))['errcode'], 47001);
    await change({ limits: { sameMediaPerDay: 1 } });
    t.equal((await ask(MEDIA, media))['errcode'], 87020);
    await control('POST', '/reset', {});
    t.equal((await control('GET', '/wechat/media-checks')).text, '[]');
  },
);
