import t from 'tap';
import { createFixture, MP, MP2, OA, type Fixture } from '../support/fixture.ts';

const redeem = ({ call }: Fixture, token: string, body: unknown) =>
  call('POST', `/wxa/business/getuserphonenumber?access_token=${token}`, body);

const issue = async ({ control }: Fixture, grant: object = { phone: '13812345678' }) =>
  String((await control('POST', '/wechat/phone-codes', grant)).body['code']);

t.test('a phone code gives the number with a watermark of the app', async (t) => {
  const fixture = createFixture(t);
  const token = await fixture.stableToken();

  const { body } = await redeem(fixture, token, { code: await issue(fixture) });

  t.match(body, {
    errcode: 0,
    errmsg: 'ok',
    phone_info: {
      phoneNumber: '13812345678',
      purePhoneNumber: '13812345678',
      countryCode: '86',
      watermark: { appid: MP.appid, timestamp: Math.floor(Date.UTC(2026, 10, 20, 4) / 1000) },
    },
  });
});

t.test('a foreign number carries its country code in phoneNumber only', async (t) => {
  const fixture = createFixture(t);
  const token = await fixture.stableToken();
  const code = await issue(fixture, { phone: '5551234567', countryCode: '1' });

  const { body } = await redeem(fixture, token, { code });

  t.match(body['phone_info'], {
    phoneNumber: '+15551234567',
    purePhoneNumber: '5551234567',
    countryCode: '1',
  });
});

t.test('a phone code is redeemed once, lives 300 s and belongs to its app', async (t) => {
  const fixture = createFixture(t);
  const token = await fixture.stableToken();
  const other = await fixture.stableToken(MP2);
  const code = await issue(fixture);
  const late = await issue(fixture);

  const foreign = await redeem(fixture, other, { code });
  const first = await redeem(fixture, token, { code });
  const second = await redeem(fixture, token, { code });
  fixture.advance(300_000);
  const expired = await redeem(fixture, token, { code: late });

  t.equal(foreign.body['errcode'], 40013);
  t.equal(first.body['errcode'], 0);
  t.equal(second.body['errcode'], 40029);
  t.equal(expired.body['errcode'], 40029);
});

t.test('an openid that is sent along must be the one who pressed the button', async (t) => {
  const fixture = createFixture(t);
  const token = await fixture.stableToken();
  await fixture.control('POST', '/wechat/login-codes', { openid: 'o-anna' });
  await fixture.control('POST', '/wechat/login-codes', { openid: 'o-ben' });
  const code = await issue(fixture, { phone: '13812345678', openid: 'o-anna' });

  const wrong = await redeem(fixture, token, { code, openid: 'o-ben' });
  const right = await redeem(fixture, token, { code, openid: 'o-anna' });

  t.equal(wrong.body['errcode'], 40003);
  t.equal(right.body['errcode'], 0);
});

t.test('the phone call refuses as the reference says', async (t) => {
  const fixture = createFixture(t);
  const token = await fixture.stableToken();
  const login = await fixture.control('POST', '/wechat/login-codes');
  const url = `/wxa/business/getuserphonenumber?access_token=${token}`;
  const ofAccount = await fixture.stableToken(OA);
  const cases: [string, Promise<{ body: Record<string, unknown> }>, number][] = [
    ['GET', fixture.call('GET', url), 43002],
    ['empty body', fixture.call('POST', url), 44002],
    ['no JSON', fixture.call('POST', url, '{"code":'), 47001],
    ['no code', redeem(fixture, token, {}), 47001],
    ['code as number', redeem(fixture, token, { code: 1 }), 47001],
    ['unknown field', redeem(fixture, token, { code: 'x', phone: '1' }), 47001],
    ['unknown parameter', fixture.call('POST', `${url}&x=1`, { code: 'x' }), 40097],
    ['unknown code', redeem(fixture, token, { code: 'x' }), 40029],
    ['a login code', redeem(fixture, token, { code: login.body['code'] }), 40029],
    ['token of an official account', redeem(fixture, ofAccount, { code: 'x' }), 48001],
    ['a bad token before a bad body', fixture.call('POST', url.slice(0, -9), '{'), 40001],
  ];
  for (const [title, answer, errcode] of cases) {
    t.equal((await answer).body['errcode'], errcode, title);
  }
});
