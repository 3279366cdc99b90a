import t from 'tap';
import {
  judgeRefresh,
  openSuccessor,
  REFRESH_GRACE_MS,
  REFRESH_TOKEN_TTL_MS,
  spend,
} from '../../../src/domain/refresh-token.ts';
import { aSession, aToken, NOON_MS } from '../../support/builders.ts';

const pair = { accessToken: 'a.b.c', refreshToken: 'rt_next', expiresIn: 7200 };
const session = aSession();

t.test('a current token is exchanged until the last millisecond of its 30 days', async (t) => {
  const token = aToken('rt_x');

  t.equal(judgeRefresh({ session, token }, NOON_MS + REFRESH_TOKEN_TTL_MS - 1), 'rotate');
  t.equal(judgeRefresh({ session, token }, NOON_MS + REFRESH_TOKEN_TTL_MS), 'expired');
});

t.test('a spent token gets its pair again for ten seconds and is theft afterwards', async (t) => {
  const token = spend(aToken('rt_x'), 'rt_x', pair, NOON_MS);

  t.equal(judgeRefresh({ session, token }, NOON_MS + REFRESH_GRACE_MS), 'replay');
  t.equal(judgeRefresh({ session, token }, NOON_MS + REFRESH_GRACE_MS + 1), 'reused');
});

t.test('an old spent token is theft, not merely expired', async (t) => {
  const token = spend(aToken('rt_x'), 'rt_x', pair, NOON_MS);

  t.equal(judgeRefresh({ session, token }, NOON_MS + 2 * REFRESH_TOKEN_TTL_MS), 'reused');
});

t.test(
  'a spent token whose successor was wiped is theft even if its grace time runs',
  async (t) => {
    const token = { ...spend(aToken('rt_x'), 'rt_x', pair, NOON_MS), successorSealed: null };

    t.equal(judgeRefresh({ session, token }, NOON_MS), 'reused');
  },
);

t.test('a revoked session gives nothing, whatever the token', async (t) => {
  const revoked = aSession({ revokedAtMs: NOON_MS });
  const spent = spend(aToken('rt_x'), 'rt_x', pair, NOON_MS);

  t.equal(judgeRefresh({ session: revoked, token: aToken('rt_y') }, NOON_MS), 'revoked');
  t.equal(judgeRefresh({ session: revoked, token: spent }, NOON_MS), 'revoked');
});

t.test('only the presented token opens its successor, and only on its own row', async (t) => {
  const token = spend(aToken('rt_x'), 'rt_x', pair, NOON_MS);

  t.same(openSuccessor(token, 'rt_x'), pair);
  t.throws(() => openSuccessor(token, 'rt_other'));
  t.throws(() => openSuccessor({ ...token, id: aToken('z').id }, 'rt_x'));
  t.notMatch(JSON.stringify(token), 'rt_next');
  t.notMatch(JSON.stringify(token), 'rt_x');
});
