import t from 'tap';
import { createFixture, MP, OA, type Fixture } from '../support/fixture.ts';

const ask = ({ call }: Fixture, token: string, body: unknown = { cgi_path: '/cgi-bin/token' }) =>
  call('POST', `/cgi-bin/openapi/quota/get?access_token=${token}`, body);

t.test('what is left of an allowance is told, and asking spends nothing', async (t) => {
  const fixture = createFixture(t);
  const token = await fixture.stableToken(MP);
  await fixture.classic(MP);
  await fixture.classic(OA);

  await ask(fixture, token);
  const { body } = await ask(fixture, token);

  t.match(body, { errcode: 0, quota: { daily_limit: 2000, used: 1, remain: 1999 } });
  const other = await ask(fixture, token, { cgi_path: '/cgi-bin/stable_token' });
  t.match(other.body, { quota: { used: 1 } });
  t.equal(fixture.sandbox.state.wechat.tokenLog.list().length, 3, 'no fetch of a token');
});

t.test('both kinds of tokens are taken, and only live ones', async (t) => {
  const fixture = createFixture(t);
  const { body } = await fixture.classic(MP);
  const classic = String(body['access_token']);

  t.equal((await ask(fixture, classic)).body['errcode'], 0);
  t.equal((await ask(fixture, '')).body['errcode'], 41001);
  t.equal((await ask(fixture, 'nonsense')).body['errcode'], 40014);
  fixture.advance(7_200_000);
  t.equal((await ask(fixture, classic)).body['errcode'], 42001);
});

t.test('an interface nobody knows is 76021, a body without one 47001', async (t) => {
  const fixture = createFixture(t);
  const token = await fixture.stableToken(MP);

  for (const cgi_path of ['/cgi-bin/nothing', 'constructor', 'cgi-bin/token']) {
    t.equal((await ask(fixture, token, { cgi_path })).body['errcode'], 76021);
  }
  t.equal((await ask(fixture, token, {})).body['errcode'], 47001);
  t.equal((await ask(fixture, token, { cgi_path: 1 })).body['errcode'], 47001);
  t.equal((await ask(fixture, token, { cgi_path: '/x', more: 1 })).body['errcode'], 47001);
});
