import t from 'tap';
import {
  accessTokensDeadAtMs,
  deviceOf,
  endAllSessions,
  endSession,
  endSurplus,
  SESSIONS_MAX,
  toSessionView,
} from '../../../src/domain/session.ts';
import { aSession, ids, NOON_MS } from '../../support/builders.ts';

t.test('ending a session kills it once; a repeat says the same and adds no fact', async (t) => {
  const session = aSession();

  const ended = endSession(session, 'logout', NOON_MS + 5);
  const again = endSession(ended.sessions[0]!, 'logout', NOON_MS + 9);

  t.same(ended.facts, [
    {
      name: 'sessionRevoked',
      payload: {
        userId: session.userId,
        sessionId: session.id,
        reason: 'logout',
        revokedAtMs: NOON_MS + 5,
      },
    },
  ]);
  t.same(again, { sessions: [], revocations: ended.revocations, facts: [] });
});

t.test('a revocation is never dated before a token that a faster clock issued', async (t) => {
  const ahead = aSession({ lastUsedAtMs: NOON_MS + 700 });

  const one = endSession(ahead, 'logout', NOON_MS);
  const all = endAllSessions(ahead.userId, [aSession(), ahead], {
    reason: 'logout-everywhere',
    nowMs: NOON_MS,
  });

  t.equal(one.revocations[0]?.revokedAtMs, NOON_MS + 700);
  t.equal(all.revocations[0]?.revokedAtMs, NOON_MS + 700);
});

t.test('a revocation outlives every token it kills', async (t) => {
  const [revocation] = endSession(aSession(), 'logout', NOON_MS).revocations;

  t.equal(revocation?.expiresAtMs, accessTokensDeadAtMs(NOON_MS));
  t.ok((revocation?.expiresAtMs ?? 0) >= NOON_MS + 7_200_000);
});

t.test('all sessions end by one revocation of the user and a fact for each', async (t) => {
  const userId = ids.next();
  const live = [aSession({ userId }), aSession({ userId })];

  const ended = endAllSessions(userId, live, { reason: 'frozen', nowMs: NOON_MS + 1 });

  t.same(
    ended.revocations.map(({ kind, subject }) => [kind, subject]),
    [['user', userId]],
  );
  t.same(
    ended.facts.map(({ payload }) => payload.sessionId),
    live.map(({ id }) => id),
  );
  t.ok(ended.sessions.every((session) => session.revokedAtMs === NOON_MS + 1));
});

t.test('a user without sessions is revoked all the same: a token may be on its way', async (t) => {
  const ended = endAllSessions(ids.next(), [], { reason: 'frozen', nowMs: NOON_MS });

  t.equal(ended.revocations.length, 1);
  t.same(ended.facts, []);
});

t.test('one session more than fits ends the least recently used one', async (t) => {
  const live = Array.from({ length: SESSIONS_MAX }, (_, age) =>
    aSession({ lastUsedAtMs: NOON_MS - age }),
  );

  const ended = endSurplus(live, NOON_MS);

  t.same(
    ended.sessions.map(({ id }) => id),
    [live.at(-1)?.id],
  );
  t.match(ended.facts, [{ payload: { reason: 'too-many' } }]);
  t.same(endSurplus(live.slice(1), NOON_MS).sessions, []);
});

t.test('a device is its User-Agent, cut at 200 characters and never inside one', async (t) => {
  t.equal(deviceOf(undefined), '');
  t.equal(Array.from(deviceOf('😀'.repeat(300))).length, 200);
  t.equal(deviceOf('😀'.repeat(300)), '😀'.repeat(200));
});

t.test('a session shows its times in RFC 3339 and whether it is the one that asks', async (t) => {
  const session = aSession();

  const view = toSessionView(session, session.id);

  t.match(view, { createdAt: '2026-11-20T08:00:00.123Z', isCurrent: true });
  t.equal(toSessionView(session, ids.next()).isCurrent, false);
});
