import t from 'tap';
import { createFixture, MP, OA, type Fixture } from '../support/fixture.ts';

const getTicket = ({ call }: Fixture, token: string, query = 'type=jsapi') =>
  call('GET', `/cgi-bin/ticket/getticket?access_token=${token}&${query}`);

t.test('a ticket of either type lives 7,200 s, and each fetch gives another one', async (t) => {
  const fixture = createFixture(t);
  const token = await fixture.stableToken(OA);

  const jsapi = await getTicket(fixture, token);
  const again = await getTicket(fixture, token);
  const card = await getTicket(fixture, token, 'type=wx_card');

  for (const { body } of [jsapi, again, card]) {
    t.match(body, { errcode: 0, errmsg: 'ok', ticket: /^.{86}$/, expires_in: 7200 });
  }
  t.equal(new Set([jsapi, again, card].map(({ body }) => body['ticket'])).size, 3);
  t.equal(fixture.sandbox.state.wechat.tickets.list(OA.appid, 'jsapi').length, 2);
});

t.test('a token that is missing, wrong or ended gives no ticket', async (t) => {
  const fixture = createFixture(t);
  const token = await fixture.stableToken(OA);
  await fixture.stable({ force_refresh: true }, OA);

  t.equal((await getTicket(fixture, '')).body['errcode'], 41001);
  t.equal((await getTicket(fixture, 'nonsense')).body['errcode'], 40014);
  t.equal((await getTicket(fixture, token)).body['errcode'], 40001);
  fixture.advance(7_200_000);
  t.equal((await getTicket(fixture, token)).body['errcode'], 42001);
});

t.test('a mini program gets a ticket only where that is switched on', async (t) => {
  const fixture = createFixture(t);
  const token = await fixture.stableToken(MP);

  t.equal((await getTicket(fixture, token)).body['errcode'], 48001);
  await fixture.control('PATCH', `/wechat/apps/${MP.appid}`, { ticketsForMiniProgram: true });
  t.equal((await getTicket(fixture, token)).body['errcode'], 0);
});

t.test('other types, other parameters and other methods are refused', async (t) => {
  const fixture = createFixture(t);
  const token = await fixture.stableToken(OA);

  t.equal((await getTicket(fixture, token, 'type=other')).body['errcode'], 40097);
  t.equal((await getTicket(fixture, token, '')).body['errcode'], 40097);
  t.equal((await getTicket(fixture, token, 'type=jsapi&more=1')).body['errcode'], 40097);
  const post = await fixture.call('POST', `/cgi-bin/ticket/getticket?access_token=${token}`, {});
  t.equal(post.body['errcode'], 43001);
});

t.test("the day's allowance is counted per type", async (t) => {
  const fixture = createFixture(t);
  const token = await fixture.stableToken(OA);
  await fixture.control('PATCH', `/wechat/apps/${OA.appid}`, { limits: { ticketsPerDay: 1 } });

  t.equal((await getTicket(fixture, token)).body['errcode'], 0);
  t.equal((await getTicket(fixture, token)).body['errcode'], 45009);
  t.equal((await getTicket(fixture, token, 'type=wx_card')).body['errcode'], 0);
});
