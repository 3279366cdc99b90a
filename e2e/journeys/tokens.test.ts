import { createHmac } from 'node:crypto';
import t from 'tap';
import { startSuite } from '../support/suite.ts';

const suite = await startSuite();
t.teardown(() => suite.stop());

const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
const sign = (header: object, claims: object, secret: string): string => {
  const text = `${part(header)}.${part(claims)}`;
  return `${text}.${createHmac('sha256', secret).update(text).digest('base64url')}`;
};
const key = suite.secrets['JWT_SIGNING_KEY'] ?? '';
const adminKey = suite.secrets['ADMIN_JWT_SECRET'] ?? '';
const header = { alg: 'HS256', typ: 'JWT' };

const signedIn = await suite.signIn();
const claims = JSON.parse(
  Buffer.from(signedIn.accessToken.split('.')[1] ?? '', 'base64url').toString(),
) as Record<string, unknown>;
const nowSeconds = Math.floor(Date.now() / 1000);
const revoked = await suite.signIn();
await suite.client.send('POST', '/api/v1/auth/logout', { token: revoked.accessToken });
const [head, body, signature] = signedIn.accessToken.split('.');

const cases: Readonly<
  Record<string, { readonly authorization: string | undefined; readonly type: string }>
> = {
  'no token': { authorization: undefined, type: 'TOKEN_MISSING' },
  'another scheme': { authorization: 'Basic dXNlcjpwYXNz', type: 'TOKEN_MALFORMED' },
  'not a JWT': { authorization: 'Bearer nonsense', type: 'TOKEN_MALFORMED' },
  'alg none': {
    authorization: `Bearer ${part({ alg: 'none', typ: 'JWT' })}.${part(claims)}.`,
    type: 'TOKEN_MALFORMED',
  },
  'alg HS512': {
    authorization: `Bearer ${sign({ alg: 'HS512', typ: 'JWT' }, claims, key)}`,
    type: 'TOKEN_MALFORMED',
  },
  'a wrong secret': {
    authorization: `Bearer ${sign(header, claims, 'x'.repeat(43))}`,
    type: 'TOKEN_SIGNATURE_INVALID',
  },
  'a tampered claim': {
    authorization: `Bearer ${head}.${part({ ...claims, sub: '01K9ZQ4T6V8N2M3P5R7S9W1X0Y' })}.${signature}`,
    type: 'TOKEN_SIGNATURE_INVALID',
  },
  'a tampered signature': {
    authorization: `Bearer ${head}.${body}.${(signature ?? '').replace(/^./, (first) => (first === 'A' ? 'B' : 'A'))}`,
    type: 'TOKEN_SIGNATURE_INVALID',
  },
  expired: {
    authorization: `Bearer ${sign(header, { ...claims, iat: nowSeconds - 9000, exp: nowSeconds - 1800 }, key)}`,
    type: 'TOKEN_EXPIRED',
  },
  'not yet valid': {
    authorization: `Bearer ${sign(header, { ...claims, nbf: nowSeconds + 3600 }, key)}`,
    type: 'TOKEN_NOT_YET_VALID',
  },
  'the audience of admins': {
    authorization: `Bearer ${sign(header, { ...claims, aud: 'admin' }, key)}`,
    type: 'TOKEN_AUDIENCE_INVALID',
  },
  "an admin's token": {
    authorization: `Bearer ${sign(header, { ...claims, aud: 'admin' }, adminKey)}`,
    type: 'TOKEN_AUDIENCE_INVALID',
  },
  'another issuer': {
    authorization: `Bearer ${sign(header, { ...claims, iss: 'elsewhere' }, key)}`,
    type: 'TOKEN_AUDIENCE_INVALID',
  },
  revoked: { authorization: `Bearer ${revoked.accessToken}`, type: 'TOKEN_REVOKED' },
  'absurdly long': {
    authorization: `Bearer ${'a'.repeat(6000)}.${'b'.repeat(500)}.c`,
    type: 'TOKEN_MALFORMED',
  },
};

for (const [name, { authorization, type }] of Object.entries(cases)) {
  await t.test(`a token that is ${name} gets 401 ${type}`, async (t) => {
    const answer = await suite.client.get('/api/v1/users/me', {
      headers: authorization === undefined ? {} : { authorization },
    });

    t.equal(answer.status, 401);
    t.equal(answer.body.type, type);
  });
}

await t.test(
  'the untouched token works, so the cases above fail for their own reason',
  async (t) => {
    t.equal(
      (await suite.client.get('/api/v1/users/me', { token: signedIn.accessToken })).status,
      200,
    );
    t.equal(
      (await suite.client.get('/api/v1/users/me', { token: sign(header, claims, key) })).status,
      200,
    );
  },
);

await t.test('an internal route refuses a missing and a wrong key', async (t) => {
  const path = `/internal/v1/wechat-ccs/apps/${suite.secrets['WXMP_APPID']}/access-token`;

  for (const headers of [{}, { 'x-internal-key': 'wrong' }]) {
    const answer = await suite.client.get(path, { headers });
    t.equal(answer.status, 401);
    t.equal(answer.body.type, 'INTERNAL_KEY_INVALID');
  }
  const answer = await suite.client.get<{ accessToken: string }>(path, {
    headers: { 'x-internal-key': suite.secrets['INTERNAL_API_KEY'] ?? '' },
  });
  t.equal(answer.status, 200);
  t.ok(answer.body.data.accessToken.length > 100);
});
