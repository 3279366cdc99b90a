import { randomBytes } from 'node:crypto';
import t from 'tap';
import { findLeaks } from '../support/leaks.ts';

const token = `76_${randomBytes(110).toString('base64url')}`;
const sessionKey = 'q83vEjRWeJCrze8SNFZ4kA==';
const hexSecret = randomBytes(16).toString('hex');
const secrets = [
  { kind: 'access_token', value: token },
  { kind: 'session_key', value: sessionKey },
  { kind: 'WXMP_APPSECRET', value: hexSecret },
  { kind: 'pin', value: 'pin-4711' },
];
const kindsIn = (text: string, allowed: readonly string[] = []) =>
  findLeaks([{ where: 'a log', text, allowed }], secrets).map(({ kind }) => kind);

const planted: Readonly<Record<string, [text: string, kind: string]>> = {
  'a token in a log line': [`{"level":30,"msg":"fetched","t":"${token}"}`, 'access_token'],
  'the first 20 characters of a token': [`token ${token.slice(0, 20)}…`, 'access_token'],
  'the middle of a token': [`…${token.slice(60, 80)}…`, 'access_token'],
  'a token in a URL': [`GET /wxa/x?access_token=${encodeURIComponent(token)}&a=1`, 'access_token'],
  'a session key in a URL': [`?session_key=${encodeURIComponent(sessionKey)}`, 'session_key'],
  'a session key in JSON within JSON': [
    JSON.stringify(JSON.stringify({ k: sessionKey })),
    'session_key',
  ],
  'a session key with escaped slashes': [
    `{"k":"${sessionKey.replaceAll('/', '\\/')}"}`,
    'session_key',
  ],
  'a secret in basic authentication': [
    `Basic ${Buffer.from(`wx1234567890abcdef:${hexSecret}`).toString('base64')}`,
    'WXMP_APPSECRET',
  ],
  'a secret in base64 of JSON': [
    Buffer.from(JSON.stringify({ secret: hexSecret })).toString('base64url'),
    'WXMP_APPSECRET',
  ],
  'a short secret': ['pin=pin-4711;', 'pin'],
};
for (const [name, [text, kind]] of Object.entries(planted)) {
  t.test(`${name} is found`, async (t) => {
    t.strictSame(kindsIn(`something before ${text} something after`), [kind]);
  });
}

t.test('a leak says where it is without showing what it is', async (t) => {
  const leaks = findLeaks([{ where: 'log of auth', text: `found the key ${sessionKey}` }], secrets);

  t.match(leaks, [{ where: 'log of auth', kind: 'session_key', after: /found the key $/ }]);
  t.notOk(JSON.stringify(leaks).includes(sessionKey.slice(0, 8)));
});

t.test('a kind that is told once in a text does not hide another', async (t) => {
  t.strictSame(kindsIn(`${token} ${token} ${sessionKey}`), ['access_token', 'session_key']);
});

t.test('what an output is there to tell is allowed, and nothing else', async (t) => {
  t.strictSame(kindsIn(token, ['access_token']), []);
  t.strictSame(kindsIn(`${token} ${sessionKey}`, ['access_token']), ['session_key']);
});

t.test('texts that hold no secret are clean', async (t) => {
  const text = JSON.stringify({
    id: randomBytes(32).toString('base64'),
    t: '[redacted]',
    a: token.slice(0, 15),
  });

  t.strictSame(kindsIn(text), []);
});
