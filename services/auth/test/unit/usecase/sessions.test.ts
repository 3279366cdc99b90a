import t from 'tap';
import { createEndAllMySessions } from '../../../src/usecase/end-all-my-sessions.ts';
import { createEndMySession } from '../../../src/usecase/end-my-session.ts';
import { createEndSessionsOfFrozenUser } from '../../../src/usecase/end-sessions-of-frozen-user.ts';
import { createListMySessions } from '../../../src/usecase/list-my-sessions.ts';
import { createLogout } from '../../../src/usecase/logout.ts';
import { buildDeps, signIn } from '../../support/build-deps.ts';
import { ids } from '../../support/builders.ts';

t.test('a logout ends this session only and is announced, also when it is repeated', async (t) => {
  const deps = buildDeps();
  const phone = await signIn(deps, 'oLogout');
  const pad = await signIn(deps, 'oLogout');
  const logout = createLogout(deps);

  await logout(phone);
  await logout(phone);

  t.match(await deps.sessions.listLive(phone.userId, deps.time.nowMs), [{ id: pad.sessionId }]);
  t.equal(deps.facts.filter((fact) => fact.name === 'sessionRevoked').length, 1);
  t.match(deps.hinted, [{ subject: phone.sessionId }, { subject: phone.sessionId }]);
});

t.test('a logout of a session that is gone is done already', async (t) => {
  const deps = buildDeps();

  await createLogout(deps)({ userId: ids.next(), sessionId: ids.next() });

  t.same(deps.hinted, []);
});

t.test('a session can be ended from another device, by its owner only', async (t) => {
  const deps = buildDeps();
  const mine = await signIn(deps);
  const stranger = await signIn(deps);
  const end = createEndMySession(deps);

  await t.rejects(end({ userId: stranger.userId, sessionId: mine.sessionId }), {
    code: 'SESSION_NOT_FOUND',
  });
  await t.rejects(end({ userId: mine.userId, sessionId: ids.next() }), {
    code: 'SESSION_NOT_FOUND',
  });
  await end({ userId: mine.userId, sessionId: mine.sessionId });

  t.same(await deps.sessions.listLive(mine.userId, deps.time.nowMs), []);
  t.equal((await deps.sessions.listLive(stranger.userId, deps.time.nowMs)).length, 1);
});

t.test('logging out everywhere ends every session of the user and of nobody else', async (t) => {
  const deps = buildDeps();
  const first = await signIn(deps, 'oEverywhere');
  await signIn(deps, 'oEverywhere');
  const stranger = await signIn(deps);

  await createEndAllMySessions(deps)({ userId: first.userId });

  t.same(await deps.sessions.listLive(first.userId, deps.time.nowMs), []);
  t.equal((await deps.sessions.listLive(stranger.userId, deps.time.nowMs)).length, 1);
  t.match(deps.hinted, [{ kind: 'user', subject: first.userId }]);
});

t.test('a freeze is dated when it arrives: tokens refreshed meanwhile die too', async (t) => {
  const deps = buildDeps();
  const { userId } = await signIn(deps);
  deps.time.nowMs += 900;

  const revocations = await createEndSessionsOfFrozenUser(deps)({ userId, scope: undefined });

  t.match(revocations, [{ kind: 'user', subject: userId, revokedAtMs: deps.time.nowMs }]);
  t.match(deps.facts.at(-1), { payload: { reason: 'frozen' } });
});

t.test(
  'the list shows live sessions, the last used first, and marks the one that asks',
  async (t) => {
    const deps = buildDeps();
    const old = await signIn(deps, 'oList');
    deps.time.nowMs += 1000;
    const young = await signIn(deps, 'oList');
    const gone = await signIn(deps, 'oList');
    await createLogout(deps)(gone);

    const list = await createListMySessions(deps)(old);

    t.same(
      list.map(({ id, isCurrent }) => [id, isCurrent]),
      [
        [young.sessionId, false],
        [old.sessionId, true],
      ],
    );
  },
);

t.test('a session that nobody used for 30 days is not shown', async (t) => {
  const deps = buildDeps();
  const login = await signIn(deps);
  deps.time.nowMs += 30 * 86_400_000;

  t.same(await createListMySessions(deps)(login), []);
});
