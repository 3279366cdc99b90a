import { fakeClock } from '@app/testing';
import fc from 'fast-check';
import t from 'tap';
import { createTokenVerifier } from '../../src/identity/token-verifier.ts';
import { ids, keys, makeToken, unsignedToken, type TokenOptions } from '../support/tokens.ts';

const nowMs = Date.UTC(2026, 0, 1);
const setUp = () => {
  const clock = fakeClock(nowMs);
  const verifier = createTokenVerifier(
    { app: keys.app, appPrevious: keys.appPrevious, admin: keys.admin },
    clock,
  );
  const verify = (token: string, audience: 'app' | 'admin' = 'app') =>
    verifier.verify(`Bearer ${token}`, audience);
  return { clock, verifier, verify };
};
const token = (options: TokenOptions = {}) => makeToken({ nowMs, ...options });

t.test('a good token says who and which session', async (t) => {
  const { verify } = setUp();

  t.match(verify(token()), {
    subject: ids.user,
    sessionId: ids.session,
    audience: 'app',
    issuedAtMs: nowMs,
    marks: [],
  });
  t.match(verify(token({ aud: 'admin', claims: { marks: ['order:ship', 7] } }), 'admin'), {
    subject: ids.admin,
    marks: ['order:ship'],
  });
});

t.test('a token signed with the key before the rotation still holds', async (t) => {
  const { verify } = setUp();

  t.match(verify(token({ key: keys.appPrevious })), { subject: ids.user });
});

t.test('without a token the type is TOKEN_MISSING', async (t) => {
  const { verifier } = setUp();

  for (const header of [undefined, '', 'Bearer', 'Bearer ', 'bearer'])
    t.throws(() => verifier.verify(header, 'app'), { code: 'TOKEN_MISSING' }, String(header));
});

t.test('every defect of a token has its own type', async (t) => {
  const { verify } = setUp();
  const good = token();
  const [head = '', body = '', signature = ''] = good.split('.');
  const tampered = `${head}.${Buffer.from(Buffer.from(body, 'base64url').toString().replace(ids.user, ids.admin)).toString('base64url')}.${signature}`;
  const cases: readonly (readonly [string, string, string])[] = [
    ['alg none', unsignedToken(), 'TOKEN_MALFORMED'],
    ['alg none with a signature', `${unsignedToken()}${signature}`, 'TOKEN_MALFORMED'],
    ['HS512', token({ algorithm: 'HS512' }), 'TOKEN_MALFORMED'],
    ['crit', token({ header: { crit: ['exp'] } }), 'TOKEN_MALFORMED'],
    ['absurdly long', 'a'.repeat(5000), 'TOKEN_MALFORMED'],
    ['not a JWT', 'abc', 'TOKEN_MALFORMED'],
    ['two parts', `${head}.${body}`, 'TOKEN_MALFORMED'],
    ['four parts', `${good}.x`, 'TOKEN_MALFORMED'],
    ['bad header', `e30x.${body}.${signature}`, 'TOKEN_MALFORMED'],
    ['no subject', token({ sub: '' }), 'TOKEN_MALFORMED'],
    ['session is a number', token({ claims: { sid: 5 } }), 'TOKEN_MALFORMED'],
    ['no expiry', token({ claims: { exp: undefined } }), 'TOKEN_MALFORMED'],
    ['wrong secret', token({ key: 'somebody elses secret' }), 'TOKEN_SIGNATURE_INVALID'],
    ['tampered', tampered, 'TOKEN_SIGNATURE_INVALID'],
    ['signature cut', good.slice(0, -4), 'TOKEN_SIGNATURE_INVALID'],
    ['no signature', `${head}.${body}.`, 'TOKEN_MALFORMED'],
    ['expired', token({ expiresIn: -1 }), 'TOKEN_EXPIRED'],
    ['expires now', token({ expiresIn: 0 }), 'TOKEN_EXPIRED'],
    ['not yet valid', token({ claims: { nbf: nowMs / 1000 + 60 } }), 'TOKEN_NOT_YET_VALID'],
    ['issued in the future', token({ claims: { iat: nowMs / 1000 + 60 } }), 'TOKEN_NOT_YET_VALID'],
    ['other issuer', token({ iss: 'else' }), 'TOKEN_AUDIENCE_INVALID'],
    ['other audience', token({ aud: 'web', key: keys.app }), 'TOKEN_AUDIENCE_INVALID'],
    ['several audiences', token({ claims: { aud: ['app', 'admin'] } }), 'TOKEN_AUDIENCE_INVALID'],
    ['admin token', token({ aud: 'admin' }), 'TOKEN_AUDIENCE_INVALID'],
    ['admin secret, app audience', token({ key: keys.admin }), 'TOKEN_AUDIENCE_INVALID'],
    ['expired admin token', token({ aud: 'admin', expiresIn: -1 }), 'TOKEN_AUDIENCE_INVALID'],
  ];

  for (const [name, bad, code] of cases) t.throws(() => verify(bad), { code }, name);
  t.throws(
    () => verify(token(), 'admin'),
    { code: 'TOKEN_AUDIENCE_INVALID' },
    'app token as admin',
  );
  t.throws(
    () => verify(token({ aud: 'admin', key: keys.app }), 'admin'),
    { code: 'TOKEN_AUDIENCE_INVALID' },
    'app secret, admin audience',
  );
  for (const scheme of ['Basic abc', 'Token x', `bearer${good}`, 'B'])
    t.throws(() => setUp().verifier.verify(scheme, 'app'), { code: 'TOKEN_MALFORMED' }, scheme);
});

t.test('a token that was good once is refused from the moment it expires', async (t) => {
  const { clock, verify } = setUp();
  const short = token({ expiresIn: 60 });
  verify(short);

  clock.advance(59_999);
  t.match(verify(short), { subject: ids.user });
  clock.advance(1);
  t.throws(() => verify(short), { code: 'TOKEN_EXPIRED' });
});

t.test('a token issued by a clock that is a few seconds ahead is taken', async (t) => {
  const { verify } = setUp();

  t.match(verify(token({ nowMs: nowMs + 4_000 })), { subject: ids.user });
});

t.test('a remembered token is not good for the other audience', async (t) => {
  const { verify } = setUp();
  const good = token();
  verify(good);

  t.throws(() => verify(good, 'admin'), { code: 'TOKEN_AUDIENCE_INVALID' });
});

t.test('without ims the start of the second counts as the moment of issue', async (t) => {
  const { verify } = setUp();

  t.equal(verify(token({ nowMs: nowMs + 900, claims: { ims: undefined } })).issuedAtMs, nowMs);
  t.equal(verify(token({ nowMs: nowMs + 900 })).issuedAtMs, nowMs + 900);
});

t.test('one key for users and admins is refused at start', async (t) => {
  t.throws(() => createTokenVerifier({ app: keys.app, admin: keys.app }, fakeClock()), TypeError);
  t.throws(
    () =>
      createTokenVerifier(
        { app: keys.app, appPrevious: keys.admin, admin: keys.admin },
        fakeClock(),
      ),
    TypeError,
  );
});

t.test('no change of one character leaves a token good', async (t) => {
  const { verify } = setUp();
  const good = token();
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.';
  // The last character of a base64 text may carry bits that decoding ignores.
  const dontCare = new Set([good.length - 1]);

  fc.assert(
    fc.property(fc.nat(good.length - 1), fc.nat(alphabet.length - 1), (at, letter) => {
      const changed = `${good.slice(0, at)}${alphabet[letter] ?? ''}${good.slice(at + 1)}`;
      if (changed === good || dontCare.has(at)) return;
      t.throws(() => verify(changed), { code: /^TOKEN_/ });
    }),
    { numRuns: 300 },
  );
});
