import t from 'tap';
import { createLoginWithWechat } from '../../../src/usecase/login-with-wechat.ts';
import { createEndAllMySessions } from '../../../src/usecase/end-all-my-sessions.ts';
import { buildDeps, signIn } from '../../support/build-deps.ts';
import { NOON_MS } from '../../support/builders.ts';

t.test('a sign-in gives a pair, the user without more than asked, and one fact', async (t) => {
  const deps = buildDeps();

  const login = await createLoginWithWechat(deps)({ code: 'code-oA', userAgent: undefined });

  const claims: unknown = JSON.parse(login.accessToken);
  t.match(claims, { iss: 'mall', aud: 'app', sub: login.user.id, ims: NOON_MS });
  t.match(claims, { iat: Math.floor(NOON_MS / 1000), exp: Math.floor(NOON_MS / 1000) + 7200 });
  t.equal(login.expiresIn, 7200);
  t.same(Object.keys(login.user).sort(), ['avatarUrl', 'id', 'isNew', 'nickname', 'phone']);
  t.equal(login.user.isNew, true);
  t.match(deps.facts, [{ name: 'sessionStarted', payload: { userId: login.user.id } }]);
});

t.test('openid and unionid are asked together, the openid first', async (t) => {
  const deps = buildDeps();

  await createLoginWithWechat(deps)({ code: 'code-union1', userAgent: undefined });

  t.same(deps.neighbour.asked, [
    [
      { provider: 'wechat', realm: 'wxapp', subject: 'union1' },
      { provider: 'wechat-union', realm: '', subject: 'u-union1' },
    ],
  ]);
});

t.test('a code is good once', async (t) => {
  const deps = buildDeps();
  const login = createLoginWithWechat(deps);
  await login({ code: 'code-oA', userAgent: undefined });

  await t.rejects(login({ code: 'code-oA', userAgent: undefined }), {
    code: 'WECHAT_CODE_INVALID',
  });
  t.equal(deps.facts.length, 1);
});

t.test('a frozen user gets no session', async (t) => {
  const deps = buildDeps();
  const { userId } = await signIn(deps, 'oFrozen');
  deps.neighbour.frozen.add(userId);

  await t.rejects(signIn(deps, 'oFrozen'), { code: 'USER_FROZEN' });
  t.equal((await deps.sessions.listLive(userId, NOON_MS)).length, 1);
});

t.test('a freeze between the question and the session leaves no live session', async (t) => {
  const deps = buildDeps();
  const users = { ...deps.users, isFrozen: () => Promise.resolve(true) };

  const login = createLoginWithWechat({ ...deps, users });
  await t.rejects(login({ code: 'code-oA', userAgent: undefined }), { code: 'USER_FROZEN' });

  const userId = deps.facts[0]?.payload.userId ?? '';
  t.same(await deps.sessions.listLive(userId, NOON_MS), []);
  t.match(deps.facts, [{ name: 'sessionStarted' }, { payload: { reason: 'frozen' } }]);
});

t.test(
  'a token issued in the millisecond of "log out everywhere" is not dead on arrival',
  async (t) => {
    const deps = buildDeps();
    const first = await signIn(deps, 'oA');
    await createEndAllMySessions(deps)({ userId: first.userId });

    const second = await signIn(deps, 'oA');

    t.equal(deps.hinted[0]?.revokedAtMs, NOON_MS);
    t.equal(second.claims.ims, NOON_MS + 1);
  },
);

t.test('when WeChat or the user service is down nothing is started', async (t) => {
  const deps = buildDeps();
  const down = () => Promise.reject(new Error('down'));
  const login = createLoginWithWechat({
    ...deps,
    users: { ...deps.users, findOrCreateByIdentity: down },
  });

  await t.rejects(login({ code: 'code-oA', userAgent: undefined }), { message: 'down' });
  t.same(deps.facts, []);
});

t.test('the fifty-first session ends the one that was unused the longest', async (t) => {
  const deps = buildDeps();
  const first = await signIn(deps, 'oMany');
  for (let i = 0; i < 50; i += 1) {
    deps.time.nowMs += 1000;
    await signIn(deps, 'oMany');
  }

  const live = await deps.sessions.listLive(first.userId, deps.time.nowMs);

  t.equal(live.length, 50);
  t.notOk(live.some((session) => session.id === first.sessionId));
});
