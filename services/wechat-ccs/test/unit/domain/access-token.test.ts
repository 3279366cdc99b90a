import t from 'tap';
import {
  acceptToken,
  mayForce,
  planFetch,
  tokenState,
  type AccessToken,
} from '../../../src/domain/access-token.ts';
import { NOON_MS } from '../../support/build-deps.ts';

const token = (change: Partial<AccessToken> = {}): AccessToken => ({
  text: 'token',
  version: 1,
  expiresAtMs: NOON_MS + 3_600_000,
  fetchedAtMs: NOON_MS - 3_600_000,
  forces: null,
  ...change,
});

const leaving = (leftMs: number) => token({ expiresAtMs: NOON_MS + leftMs });

t.test('a token is served down to one minute and renewed ahead from 280 s', (t) => {
  t.equal(tokenState(leaving(280_000), NOON_MS), 'fresh');
  t.equal(tokenState(leaving(279_999), NOON_MS), 'ageing');
  t.equal(tokenState(leaving(60_000), NOON_MS), 'ageing');
  t.equal(tokenState(leaving(59_999), NOON_MS), 'spent');
  t.equal(tokenState(undefined, NOON_MS), 'spent');
  t.end();
});

t.test('expiry counts from before the question, less ten seconds', (t) => {
  const next = acceptToken(
    { text: 'new', expiresInSeconds: 7200 },
    { previous: undefined, mode: 'normal', version: 7, askedAtMs: NOON_MS },
  );

  t.strictSame(next, {
    text: 'new',
    version: 7,
    expiresAtMs: NOON_MS + 7_190_000,
    fetchedAtMs: NOON_MS,
    forces: null,
  });
  t.end();
});

t.test('a version never goes back', (t) => {
  const accept = (version: number) =>
    acceptToken(
      { text: 'new', expiresInSeconds: 7200 },
      { previous: token({ version: 5 }), mode: 'normal', version, askedAtMs: NOON_MS },
    );

  t.throws(() => accept(5), /newer/);
  t.equal(accept(6).version, 6);
  t.end();
});

t.test('at most 20 forces a Beijing day, 35 s apart', (t) => {
  const forced = (previous: AccessToken, askedAtMs: number) =>
    acceptToken(
      { text: 'x', expiresInSeconds: 7200 },
      { previous, mode: 'forced', version: previous.version + 1, askedAtMs },
    );
  let current = token();
  for (let count = 0; count < 20; count += 1) {
    const atMs = NOON_MS + count * 35_000;
    t.ok(mayForce(current.forces, atMs));
    current = forced(current, atMs);
    t.notOk(mayForce(current.forces, atMs + 34_999));
  }

  t.notOk(mayForce(current.forces, NOON_MS + 3_600_000), 'the 21st of the day');
  const tomorrowMs = NOON_MS + 12 * 3_600_000;
  t.ok(mayForce(current.forces, tomorrowMs));
  t.equal(forced(current, tomorrowMs).forces?.count, 1);
  t.end();
});

t.test('force is planned only for a refused token that a normal fetch would give again', (t) => {
  const young = token({ fetchedAtMs: NOON_MS - 59_999 });
  const used = { day: 0, count: 1, lastAtMs: NOON_MS - 1000 };

  t.equal(planFetch(young, true, NOON_MS), 'forced');
  t.equal(planFetch(young, false, NOON_MS), 'normal', 'nobody complained');
  t.equal(planFetch(token(), true, NOON_MS), 'normal', 'somebody else may have replaced it');
  t.equal(planFetch(undefined, true, NOON_MS), 'normal');
  t.equal(
    planFetch({ ...young, expiresAtMs: NOON_MS }, true, NOON_MS),
    'normal',
    'it is over anyway',
  );
  t.equal(planFetch({ ...young, forces: used }, true, NOON_MS), 'normal', 'WeChat would not do it');
  t.end();
});
