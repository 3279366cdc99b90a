import t from 'tap';
import { createPurgeExpired } from '../../../src/usecase/purge-expired.ts';
import { createRefreshTokens } from '../../../src/usecase/refresh-tokens.ts';
import { buildDeps, signIn } from '../../support/build-deps.ts';

t.test('what can no longer matter goes in batches, and the rest stays', async (t) => {
  const deps = buildDeps();
  for (let i = 0; i < 5; i += 1) await signIn(deps, 'oOld');
  deps.time.nowMs += 31 * 86_400_000;
  const fresh = await signIn(deps, 'oOld');
  let batches = 0;
  const expired = {
    purge: (nowMs: number, limit: number) => {
      batches += 1;
      return deps.expired.purge(nowMs, limit);
    },
  };

  const purged = await createPurgeExpired({ ...deps, expired })({ batchSize: 2 });

  t.equal(purged, 10);
  t.equal(batches, 4);
  t.equal((await deps.sessions.listLive(fresh.userId, deps.time.nowMs)).length, 1);
});

t.test('a wiped successor turns a late repeat into a reuse, never into an error', async (t) => {
  const deps = buildDeps();
  const { refreshToken } = await signIn(deps);
  const refresh = createRefreshTokens(deps);
  await refresh({ refreshToken, userAgent: undefined });
  deps.time.nowMs += 10_001;

  await createPurgeExpired(deps)({ batchSize: 100 });

  await t.rejects(refresh({ refreshToken, userAgent: undefined }), {
    code: 'REFRESH_TOKEN_REUSED',
  });
});

t.test('a purge that never ends is stopped and goes on at the next run', async (t) => {
  const deps = buildDeps();
  const expired = { purge: () => Promise.resolve(1) };

  t.equal(await createPurgeExpired({ ...deps, expired })({ batchSize: 1 }), 1000);
});
