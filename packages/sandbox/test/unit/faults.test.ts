import t from 'tap';
import { createFixture, type Fixture } from '../support/fixture.ts';

const LOGIN = '/sns/jscode2session';

const fault = async ({ control }: Fixture, rule: object) => {
  const { body, status } = await control('POST', '/faults', { match: {}, ...rule });
  t.equal(status, 200);
  return String(body['id']);
};

t.test('errcode and status refuse the call before it has any effect', async (t) => {
  const fixture = createFixture(t);
  const { code } = fixture.sandbox.state.wechat.issueLoginCode();
  await fault(fixture, { fault: { errcode: -1 }, times: 1 });
  await fault(fixture, { fault: { status: 502 }, times: 1 });

  const busy = await fixture.login(code);
  const broken = await fixture.login(code);
  const third = await fixture.login(code);

  t.match(busy, { status: 200, body: { errcode: -1, errmsg: /rid: / } });
  t.match(broken, { status: 502, type: /text\/html/, text: /Bad Gateway/ });
  t.ok('openid' in third.body, 'the code is still good');
});

t.test('a refusal said to come after the effect loses the answer, not the effect', async (t) => {
  const fixture = createFixture(t);
  const { code } = fixture.sandbox.state.wechat.issueLoginCode();
  await fault(fixture, { fault: { status: 504, when: 'after' }, times: 1 });

  const lost = await fixture.login(code);

  t.equal(lost.status, 504);
  t.equal((await fixture.login(code)).body['errcode'], 40029);
});

t.test('corrupt sends half of the JSON, or a page with status 200', async (t) => {
  const fixture = createFixture(t);
  await fault(fixture, { fault: { corrupt: true }, times: 1 });
  await fault(fixture, { fault: { corrupt: 'html' }, times: 1 });

  const half = await fixture.stable();
  const page = await fixture.stable();

  t.equal(half.status, 200);
  t.match(half.text, /^\{"access_token":"/);
  t.throws(() => JSON.parse(half.text));
  t.match(page, { status: 200, type: /text\/html/, text: /^<html>/ });
});

t.test('duplicate lets the request take effect twice', async (t) => {
  const fixture = createFixture(t);
  const { code } = fixture.sandbox.state.wechat.issueLoginCode();
  await fault(fixture, { fault: { duplicate: true }, times: 2 });

  const login = await fixture.login(code);
  await fixture.stable({ force_refresh: true });

  t.equal(login.body['errcode'], 40029, 'the first of the two spent the code');
  const modes = fixture.sandbox.state.wechat.tokenLog.list().map(({ mode }) => mode);
  t.strictSame(modes, ['stable_force', 'stable_force']);
});

t.test(
  'a fault matches by method and by exact path or prefix, never a control route',
  async (t) => {
    const fixture = createFixture(t);
    await fault(fixture, { match: { method: 'POST', path: '/cgi-bin/*' }, fault: { status: 500 } });
    await fault(fixture, { match: { path: LOGIN }, fault: { status: 503 } });

    t.equal((await fixture.stable()).status, 500);
    t.equal((await fixture.classic()).status, 200, 'another method');
    t.equal((await fixture.login('x')).status, 503, 'the query does not matter');
    t.equal((await fixture.call('GET', '/wxa/checksession')).status, 200, 'another path');
    await fault(fixture, { match: { path: '/*' }, fault: { status: 500 } });
    t.equal((await fixture.control('GET', '/faults')).status, 200);
  },
);

t.test('times, rate and deletion end a fault', async (t) => {
  const draws = [0.9, 0.1, 0.9];
  const fixture = createFixture(t, () => draws.shift() ?? 0.9);
  const id = await fault(fixture, { fault: { status: 500 }, rate: 0.5 });

  const statuses = [];
  for (let call = 0; call < 3; call += 1) statuses.push((await fixture.stable()).status);
  const deleted = await fixture.control('DELETE', `/faults/${id}`);
  const again = await fixture.control('DELETE', `/faults/${id}`);

  t.strictSame(statuses, [200, 500, 200]);
  t.equal(deleted.status, 200);
  t.match(again, { status: 404, body: { field: 'id' } });
});
