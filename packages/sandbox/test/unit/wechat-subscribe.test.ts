import t from 'tap';
import { createFixture, MP, MP2, OA, type Fixture } from '../support/fixture.ts';

const PATH = '/cgi-bin/message/subscribe/send';

const build = async (t: Parameters<typeof createFixture>[0]) => {
  const fixture = createFixture(t);
  const { control, call } = fixture;
  const token = await fixture.stableToken();
  await control('POST', '/wechat/login-codes', { openid: 'o-anna' });
  const body = (change: object = {}) => ({
    touser: 'o-anna',
    template_id: 'tmpl-1',
    data: { thing1: { value: '盲盒' } },
    ...change,
  });
  const send = async (change: object = {}) =>
    (await call('POST', `${PATH}?access_token=${token}`, body(change))).body;
  const errcode = async (change: object = {}) => (await send(change))['errcode'];
  const subscribe = (times?: number, templateId = 'tmpl-1') =>
    control('POST', '/wechat/subscriptions', {
      openid: 'o-anna',
      templateId,
      ...(times === undefined ? {} : { times }),
    });
  const messages = async (query = '') =>
    JSON.parse((await control('GET', `/wechat/messages${query}`)).text) as object[];
  return { ...fixture, token, body, send, errcode, subscribe, messages };
};

t.test('one accepted popup is one message', async (t) => {
  const { errcode, subscribe, messages } = await build(t);
  await subscribe();
  await subscribe(1);

  t.equal(await errcode(), 0);
  t.equal(await errcode({ page: 'pages/a?x=1', lang: 'en_US', miniprogram_state: 'trial' }), 0);
  t.equal(await errcode(), 43101);

  t.match(await messages('?openid=o-anna'), [
    { openid: 'o-anna', page: 'pages/a?x=1', state: 'trial', lang: 'en_US' },
    {
      appid: MP.appid,
      templateId: 'tmpl-1',
      page: null,
      data: { thing1: '盲盒' },
      state: 'formal',
    },
  ]);
  t.strictSame(await messages('?openid=o-ben'), []);
});

t.test('switching off ends every authorisation', async (t) => {
  const { errcode, subscribe } = await build(t);
  await subscribe(3);
  await subscribe(0);

  t.equal(await errcode(), 43101);
});

t.test('a refused message uses no authorisation', async (t) => {
  const { errcode, subscribe } = await build(t);
  await subscribe(1);

  t.equal(await errcode({ data: { thing1: { value: '' } } }), 47003);
  t.equal(await errcode(), 0);
});

t.test('a template has its keys, all of them and no others, and its values', async (t) => {
  const { control, send, subscribe } = await build(t);
  await control('POST', '/wechat/templates', {
    templateId: 'tmpl-1',
    keys: ['thing1', 'enum2'],
    options: { enum2: ['已发货'] },
  });
  await subscribe(1);
  const cases: [object, string][] = [
    [{ thing1: { value: 'a' } }, 'enum2'],
    [{ thing1: { value: 'a' }, enum2: { value: '未知' } }, 'enum2'],
    [{ thing1: { value: 'a' }, enum2: { value: '已发货' }, thing3: { value: 'b' } }, 'thing3'],
    [{ thing1: 'a', enum2: { value: '已发货' } }, 'thing1'],
  ];
  for (const [data, key] of cases) {
    t.match(await send({ data }), { errcode: 47003, errmsg: new RegExp(`data\\.${key}\\.value`) });
  }
  t.match(await send({ data: { thing1: { value: 'a' }, enum2: { value: '已发货' } } }), {
    errcode: 0,
  });
});

t.test('values keep the rules of their keys', async (t) => {
  const { errcode, subscribe } = await build(t);
  await subscribe(1000);
  const good: [string, string][] = [
    ['thing1', '一'.repeat(20)],
    ['thing1', '😀'.repeat(20)],
    ['number1', '12.5'],
    ['letter1', 'abc'],
    ['symbol1', '!?'],
    ['character_string1', 'SF-1'],
    ['time1', '2019年10月1日 15:01'],
    ['time1', '15:01~16:00'],
    ['date1', '2019年10月1日'],
    ['amount1', '￥19.90元'],
    ['phone_number1', '+86-0766-66888866'],
    ['car_number1', '粤A8Z888挂'],
    ['name1', '张小明'],
    ['phrase1', '已发货'],
  ];
  const bad: [string, string][] = [
    ['thing1', '一'.repeat(21)],
    ['thing1', 'a\nb'],
    ['thing1', ' '],
    ['number1', 'x'],
    ['letter1', 'a1'],
    ['symbol1', '!!!!!!'],
    ['character_string1', '订单'],
    ['time1', '2019年10月1日'],
    ['date1', '15:01'],
    ['amount1', '12345678901'],
    ['phone_number1', '1'.repeat(18)],
    ['car_number1', '粤A8Z8888挂'],
    ['name1', '张小明1'],
    ['phrase1', '一二三四五六'],
    ['colour1', 'red'],
  ];
  for (const [key, value] of good) t.equal(await errcode({ data: { [key]: { value } } }), 0, key);
  for (const [key, value] of bad) {
    t.equal(await errcode({ data: { [key]: { value } } }), 47003, `${key} ${value}`);
  }
});

t.test('the send call refuses as the reference says', async (t) => {
  const fixture = await build(t);
  const { call, control, errcode, subscribe, token, body } = fixture;
  await subscribe(1);
  await control('POST', '/wechat/message-pages', { pages: ['pages/a'] });
  const withToken = async (of: Fixture, app: { appid: string; secret: string }) =>
    (await call('POST', `${PATH}?access_token=${await of.stableToken(app)}`, body())).body[
      'errcode'
    ];

  t.equal(await errcode({ touser: 'o-nobody' }), 40003);
  t.equal(await errcode({ touser: undefined }), 40003);
  t.equal(await errcode({ template_id: 'tmpl-2' }), 40037);
  t.equal(await errcode({ page: '/pages/a' }), 41030);
  t.equal(await errcode({ page: 'pages/b' }), 41030);
  t.equal(await errcode({ data: undefined }), 47001);
  t.equal(await errcode({ lang: 'fr' }), 40097);
  t.equal(await errcode({ unknown: 1 }), 47001);
  t.equal(await withToken(fixture, MP2), 40003, 'an openid is one of its app');
  t.equal(await withToken(fixture, OA), 48001);
  t.equal((await call('GET', `${PATH}?access_token=${token}`)).body['errcode'], 43002);
  t.equal((await call('POST', PATH, body())).body['errcode'], 41001);
  t.equal(await errcode({ page: 'pages/a?x=1' }), 0);
});

t.test('what no user or console can do is a control error', async (t) => {
  const { control } = await build(t);
  const stranger = { openid: 'o-nobody', templateId: 'tmpl-1' };

  t.match((await control('POST', '/wechat/subscriptions', stranger)).body, { field: 'openid' });
  t.match((await control('POST', '/wechat/templates', { templateId: 'x', keys: ['red'] })).body, {
    field: 'keys',
  });
  t.match((await control('POST', '/wechat/subscriptions', { openid: 'o-anna' })).body, {
    field: 'templateId',
  });
});

t.test('a reset forgets templates, authorisations and messages', async (t) => {
  const { control, subscribe, errcode, messages, sandbox } = await build(t);
  await subscribe(2);
  await errcode();

  await control('POST', '/reset');

  t.strictSame(await messages(), []);
  t.equal(sandbox.state.wechat.subscribe.remaining(MP.appid, 'o-anna', 'tmpl-1'), 0);
});
