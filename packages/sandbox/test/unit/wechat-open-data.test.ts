import { createDecipheriv, createHash } from 'node:crypto';
import t from 'tap';
import { createFixture, MP, START_MS, type Fixture } from '../support/fixture.ts';

const decrypt = (data: Record<string, unknown>, sessionKey: string): unknown => {
  const [key, iv, cipherText] = [sessionKey, data['iv'], data['encryptedData']].map((text) =>
    Buffer.from(String(text), 'base64'),
  );
  const decipher = createDecipheriv('aes-128-cbc', key!, iv!);
  return JSON.parse(Buffer.concat([decipher.update(cipherText!), decipher.final()]).toString());
};

const signIn = ({ sandbox }: Fixture) => {
  const { openid } = sandbox.state.wechat.issueLoginCode({ openid: 'o-anna', unionid: 'u-anna' });
  return { openid, user: sandbox.state.wechat.findUser(MP.appid, openid)! };
};

t.test('open data is what the front end would have: encrypted, watermarked, signed', async (t) => {
  const fixture = createFixture(t);
  const { openid, user } = signIn(fixture);

  const { body } = await fixture.control('POST', '/wechat/open-data', { openid });

  t.match(decrypt(body, user.sessionKey), {
    openId: openid,
    unionId: 'u-anna',
    nickName: '微信用户',
    watermark: { appid: MP.appid, timestamp: START_MS / 1000 },
  });
  const raw = String(body['rawData']);
  t.notOk(raw.includes(openid), 'the raw data is the profile alone');
  const signature = createHash('sha1').update(`${raw}${user.sessionKey}`).digest('hex');
  t.equal(body['signature'], signature);
});

t.test('a phone number, an old watermark and a foreign one can be asked for', async (t) => {
  const fixture = createFixture(t);
  const { openid, user } = signIn(fixture);
  const phone = { purePhoneNumber: '13812345678', countryCode: '86' };

  const { body } = await fixture.control('POST', '/wechat/open-data', {
    openid,
    data: phone,
    timestamp: 7,
    watermarkAppid: 'wx-else',
  });

  t.strictSame(decrypt(body, user.sessionKey), {
    ...phone,
    watermark: { timestamp: 7, appid: 'wx-else' },
  });
});

t.test('a user who never signed in has no session key', async (t) => {
  const { control } = createFixture(t);

  const { status, body } = await control('POST', '/wechat/open-data', { openid: 'o-none' });
  t.equal(status, 404);
  t.equal(body['field'], 'openid');
  t.equal((await control('POST', '/wechat/open-data', {})).status, 400);
});
