import t from 'tap';
import { parseAnswer, readPhone, readToken } from '../../../src/service/client/wechat-answer.ts';

const parse = (value: unknown) =>
  parseAnswer(Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)));

t.test('an answer without errcode, or with 0, is a success', (t) => {
  t.match(parse({ access_token: 'x' }), { kind: 'success' });
  t.match(parse({ errcode: 0, errmsg: 'ok' }), { kind: 'success' });
  t.end();
});

t.test('of a refusal only the code and the request id are kept', (t) => {
  const answer = parse({ errcode: 40013, errmsg: 'invalid appid wx1 rid: 6a0b-1c2d-3e4f' });

  t.strictSame(answer, { kind: 'refusal', errcode: 40013, rid: '6a0b-1c2d-3e4f' });
  t.match(parse({ errcode: -1 }), { kind: 'refusal', errcode: -1, rid: 'unknown' });
  t.end();
});

t.test('what is not a JSON object, or has an errcode that is no number, is garbage', (t) => {
  for (const body of [
    '',
    '<html>',
    '{"access_token":"x',
    '[]',
    'null',
    '"x"',
    '{"errcode":"40001"}',
  ]) {
    t.strictSame(parse(body), { kind: 'other' }, body);
  }
  t.end();
});

t.test('a token without text or life, or beyond all bounds, is none', (t) => {
  t.strictSame(readToken({ access_token: 'x', expires_in: 345, more: 1 }), {
    text: 'x',
    expiresInSeconds: 345,
  });
  for (const bad of [
    { access_token: '', expires_in: 7200 },
    { access_token: 'x'.repeat(1025), expires_in: 7200 },
    { access_token: 'x', expires_in: 0 },
    { access_token: 'x', expires_in: 7201 },
    { access_token: 'x', expires_in: '7200' },
    { expires_in: 7200 },
  ]) {
    t.equal(readToken(bad), undefined, JSON.stringify(bad).slice(0, 60));
  }
  t.end();
});

t.test('a phone number counts only with the watermark of our app', (t) => {
  const info = (appid: string) => ({
    phone_info: { purePhoneNumber: '138', countryCode: '86', watermark: { appid } },
  });

  t.strictSame(readPhone(info('wx1'), 'wx1'), { phone: '138', countryCode: '86' });
  t.equal(readPhone(info('wx2'), 'wx1'), undefined);
  t.equal(readPhone({}, 'wx1'), undefined);
  t.end();
});

t.test('a refusal tells which field of a template it is about, and nothing else', (t) => {
  const errmsg = 'argument invalid! data.thing1.value invalid rid: 6a0b-1c2d-3e4f';

  t.strictSame(parse({ errcode: 47003, errmsg }), {
    kind: 'refusal',
    errcode: 47003,
    rid: '6a0b-1c2d-3e4f',
    field: 'thing1',
  });
  t.strictSame(parse({ errcode: 47003, errmsg: 'data.secret-1 is 13812345678' }), {
    kind: 'refusal',
    errcode: 47003,
    rid: 'unknown',
  });
  t.end();
});

t.test('a number with more digits than ours keep is kept as text', (t) => {
  t.match(parse('{"errcode":0,"msgid":3000000000000000001,"small":42}'), {
    kind: 'success',
    fields: { msgid: '3000000000000000001', small: 42 },
  });
  t.end();
});

t.test(
  'of a refused address that address is kept, and nothing that only looks like one',
  async (t) => {
    const answer = (errcode: number, errmsg: string) =>
      parseAnswer(Buffer.from(JSON.stringify({ errcode, errmsg })));

    t.match(answer(40164, 'invalid ip 203.0.113.7 ipv6 ::ffff:203.0.113.7, not in whitelist'), {
      callerIp: '203.0.113.7',
    });
    t.match(answer(40164, 'invalid ip 2001:db8::7, not in whitelist'), { callerIp: '2001:db8::7' });
    t.notOk('callerIp' in answer(40164, 'invalid ip deadbeef, not in whitelist'));
    t.notOk('callerIp' in answer(40013, 'invalid ip 203.0.113.7'));
  },
);
