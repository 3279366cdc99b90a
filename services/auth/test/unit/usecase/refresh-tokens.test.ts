import t from 'tap';
import type { SessionRepository } from '../../../src/repository.ts';
import { createLogout } from '../../../src/usecase/logout.ts';
import { createRefreshTokens } from '../../../src/usecase/refresh-tokens.ts';
import { buildDeps, signIn } from '../../support/build-deps.ts';
import { NOON_MS } from '../../support/builders.ts';

const DAY_MS = 86_400_000;
const userAgent = 'MicroMessenger/8.1';

t.test('a refresh spends the token and gives a new pair of the same session', async (t) => {
  const deps = buildDeps();
  const first = await signIn(deps);
  deps.time.nowMs += 1000;

  const pair = await createRefreshTokens(deps)({ refreshToken: first.refreshToken, userAgent });

  t.not(pair.refreshToken, first.refreshToken);
  t.match(JSON.parse(pair.accessToken), { sid: first.sessionId, ims: NOON_MS + 1000 });
  t.match(await deps.sessions.listLive(first.userId, deps.time.nowMs), [
    { lastUsedAtMs: NOON_MS + 1000, device: userAgent, expiresAtMs: NOON_MS + 1000 + 30 * DAY_MS },
  ]);
});

t.test('within ten seconds the same token gets the same pair, byte for byte', async (t) => {
  const deps = buildDeps();
  const { refreshToken } = await signIn(deps);
  const refresh = createRefreshTokens(deps);

  const first = await refresh({ refreshToken, userAgent });
  deps.time.nowMs += 10_000;
  const again = await refresh({ refreshToken, userAgent });

  t.equal(JSON.stringify(again), JSON.stringify(first));
});

t.test('parallel refreshes of one token in one process ask the store once', async (t) => {
  const deps = buildDeps();
  const { refreshToken } = await signIn(deps);
  let exchanges = 0;
  const sessions: SessionRepository = {
    ...deps.sessions,
    exchange: (tokenHash, change) => {
      exchanges += 1;
      return deps.sessions.exchange(tokenHash, change);
    },
  };
  const refresh = createRefreshTokens({ ...deps, sessions });

  await Promise.all([1, 2, 3].map(() => refresh({ refreshToken, userAgent })));
  await refresh({ refreshToken, userAgent });

  t.equal(exchanges, 2);
});

t.test('200 parallel refreshes of one token make one new pair', async (t) => {
  const deps = buildDeps();
  const { refreshToken } = await signIn(deps);
  const refresh = createRefreshTokens(deps);

  const pairs = await Promise.all(
    Array.from({ length: 200 }, () => refresh({ refreshToken, userAgent })),
  );

  t.equal(new Set(pairs.map((pair) => JSON.stringify(pair))).size, 1);
});

t.test('a lost answer after which the successor was used still gets the same pair', async (t) => {
  const deps = buildDeps();
  const { refreshToken } = await signIn(deps);
  const refresh = createRefreshTokens(deps);
  const first = await refresh({ refreshToken, userAgent });
  await refresh({ refreshToken: first.refreshToken, userAgent });

  const again = await refresh({ refreshToken, userAgent });

  t.same(again, first);
});

t.test(
  'reuse after the grace ends the family for good, tells everybody, and stays told',
  async (t) => {
    const deps = buildDeps();
    const { refreshToken, sessionId, userId } = await signIn(deps);
    const refresh = createRefreshTokens(deps);
    const pair = await refresh({ refreshToken, userAgent });
    deps.time.nowMs += 10_001;

    await t.rejects(refresh({ refreshToken, userAgent }), { code: 'REFRESH_TOKEN_REUSED' });

    await t.rejects(refresh({ refreshToken: pair.refreshToken, userAgent }), {
      code: 'TOKEN_REVOKED',
    });
    t.same(await deps.sessions.listLive(userId, deps.time.nowMs), []);
    t.match(deps.facts.at(-1), { name: 'sessionRevoked', payload: { reason: 'refresh-reuse' } });
    t.match(deps.hinted, [{ kind: 'session', subject: sessionId }]);
  },
);

t.test('another session of the same user survives the reuse', async (t) => {
  const deps = buildDeps();
  const stolen = await signIn(deps, 'oTwoPhones');
  const other = await signIn(deps, 'oTwoPhones');
  const refresh = createRefreshTokens(deps);
  await refresh({ refreshToken: stolen.refreshToken, userAgent });
  deps.time.nowMs += 10_001;
  await refresh({ refreshToken: stolen.refreshToken, userAgent }).catch(() => undefined);

  const pair = await refresh({ refreshToken: other.refreshToken, userAgent });

  t.match(JSON.parse(pair.accessToken), { sid: other.sessionId });
});

t.test('a token unused for 30 days has expired, one day earlier it has not', async (t) => {
  const deps = buildDeps();
  const refresh = createRefreshTokens(deps);
  const { refreshToken } = await signIn(deps);
  deps.time.nowMs += 29 * DAY_MS;
  const next = await refresh({ refreshToken, userAgent });
  deps.time.nowMs += 30 * DAY_MS;

  await t.rejects(refresh({ refreshToken: next.refreshToken, userAgent }), {
    code: 'REFRESH_TOKEN_EXPIRED',
  });
});

t.test('a token that nobody issued is invalid', async (t) => {
  const deps = buildDeps();

  await t.rejects(createRefreshTokens(deps)({ refreshToken: 'rt_unknown', userAgent }), {
    code: 'REFRESH_TOKEN_INVALID',
  });
});

t.test('after a logout the refresh token is dead, inside its grace too', async (t) => {
  const deps = buildDeps();
  const { refreshToken, userId, sessionId } = await signIn(deps);
  const refresh = createRefreshTokens(deps);
  await refresh({ refreshToken, userAgent });
  await createLogout(deps)({ userId, sessionId });

  await t.rejects(refresh({ refreshToken, userAgent }), { code: 'TOKEN_REVOKED' });
});

t.test('a clock that went back issues no token older than the last one', async (t) => {
  const deps = buildDeps();
  const { refreshToken } = await signIn(deps);
  deps.time.nowMs -= 60_000;

  const pair = await createRefreshTokens(deps)({ refreshToken, userAgent });

  t.match(JSON.parse(pair.accessToken), { ims: NOON_MS });
});
