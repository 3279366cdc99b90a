import jwt from 'jsonwebtoken';
import t from 'tap';
import { adminTokenClaims } from '../../../src/domain/admin/admin-session.ts';
import { accessTokenClaims } from '../../../src/domain/token-pair.ts';
import { createJwtTokenMint } from '../../../src/service/token/jwt-token-mint.ts';
import { ids, NOON_MS } from '../../support/builders.ts';

const KEY = 'a signing key for tests, 32 characters at least';
const ADMIN_KEY = 'a key for the tokens of admins, 32 characters at least';
const mint = createJwtTokenMint({ app: KEY, admin: ADMIN_KEY });
const who = { userId: ids.next(), sessionId: ids.next() };

t.test('a token says what the rules for gateways name, signed with HS256', async (t) => {
  const token = mint.signAccessToken(accessTokenClaims(who, NOON_MS));

  const { header, payload } = jwt.verify(token, KEY, {
    algorithms: ['HS256'],
    complete: true,
    clockTimestamp: NOON_MS / 1000,
  });
  t.same(header, { alg: 'HS256', typ: 'JWT' });
  t.same(payload, {
    iss: 'mall',
    aud: 'app',
    sub: who.userId,
    sid: who.sessionId,
    iat: Math.floor(NOON_MS / 1000),
    ims: NOON_MS,
    exp: Math.floor(NOON_MS / 1000) + 7200,
  });
  t.ok(token.length < 512, `${String(token.length)} characters`);
});

t.test('another key does not verify it', async (t) => {
  const token = mint.signAccessToken(accessTokenClaims(who, NOON_MS));

  t.throws(() => jwt.verify(token, `${KEY}!`, { ignoreExpiration: true }), {
    message: 'invalid signature',
  });
});

t.test("an admin's token is signed with the key of admins and no other", async (t) => {
  const claims = { accountId: ids.next(), sessionId: ids.next(), marks: ['session:own'] };
  const token = mint.signAdminToken(adminTokenClaims(claims, NOON_MS));
  const options = { algorithms: ['HS256' as const], clockTimestamp: NOON_MS / 1000 };

  t.match(jwt.verify(token, ADMIN_KEY, options), {
    iss: 'mall',
    aud: 'admin',
    sub: claims.accountId,
    sid: claims.sessionId,
    exp: Math.floor(NOON_MS / 1000) + 28_800,
    marks: ['session:own'],
  });
  t.throws(() => jwt.verify(token, KEY, options), { message: 'invalid signature' });
});

t.test('refresh tokens carry 256 random bits and a prefix that scanners know', async (t) => {
  const tokens = Array.from({ length: 1000 }, () => mint.newRefreshToken());

  t.equal(new Set(tokens).size, 1000);
  t.ok(tokens.every((token) => /^rt_[A-Za-z0-9_-]{43}$/.test(token)));
});
