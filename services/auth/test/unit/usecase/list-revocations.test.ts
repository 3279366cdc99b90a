import t from 'tap';
import type { RevocationRepository } from '../../../src/repository.ts';
import { createListRevocations } from '../../../src/usecase/list-revocations.ts';
import { createLogout } from '../../../src/usecase/logout.ts';
import { buildDeps, signIn } from '../../support/build-deps.ts';

t.test('a minute before the asked moment is answered too, and no expired entry', async (t) => {
  const deps = buildDeps();
  const login = await signIn(deps);
  await createLogout(deps)(login);
  const revokedAtMs = deps.time.nowMs;
  const list = createListRevocations(deps);

  const late = await list({ sinceMs: revokedAtMs + 60_000 });
  const tooLate = await list({ sinceMs: revokedAtMs + 60_001 });
  deps.time.nowMs += 7_300_000;
  const expired = await list({ sinceMs: 0 });

  t.match(late.items, [{ kind: 'session', subject: login.sessionId, revokedAtMs }]);
  t.same(tooLate.items, []);
  t.same(expired, { items: [], nowMs: deps.time.nowMs, nextCursor: null });
});

t.test('the start of time is asked for as it is', async (t) => {
  const deps = buildDeps();
  const asked: number[] = [];
  const revocations: RevocationRepository = {
    list: ({ fromMs }) => {
      asked.push(fromMs);
      return Promise.resolve({ items: [], nextCursor: null });
    },
  };

  await createListRevocations({ ...deps, revocations })({ sinceMs: 5 });

  t.same(asked, [0]);
});
