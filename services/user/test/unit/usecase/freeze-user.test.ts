import t from 'tap';
import { createFreezeUser } from '../../../src/usecase/freeze-user.ts';
import { createUnfreezeUser } from '../../../src/usecase/unfreeze-user.ts';
import { buildDeps, withUser } from '../../support/build-deps.ts';
import { anIdentity, aRegistration, ids, NOON_MS } from '../../support/builders.ts';

t.test('freezing twice is one freeze: the first reason and one fact stay', async (t) => {
  const deps = buildDeps();
  const { id } = await withUser(deps, aRegistration(), [anIdentity()]);
  const freeze = createFreezeUser(deps);

  await freeze({ userId: id, reason: 'fraud' });
  deps.time.nowMs += 1000;
  await freeze({ userId: id, reason: 'again' });

  t.same(deps.facts, [
    { name: 'frozen', payload: { userId: id, reason: 'fraud', frozenAtMs: NOON_MS } },
  ]);
  t.match(await deps.users.find(id), { frozenReason: 'fraud', frozenAtMs: NOON_MS });
});

t.test('unfreezing opens the account again and is told once', async (t) => {
  const deps = buildDeps();
  const { id } = await withUser(deps, aRegistration({ status: 'frozen' }), [anIdentity()]);
  const unfreeze = createUnfreezeUser(deps);

  await unfreeze({ userId: id });
  await unfreeze({ userId: id });

  t.same(
    deps.facts.map((fact) => fact.name),
    ['unfrozen'],
  );
  t.match(await deps.users.find(id), { status: 'active', frozenReason: null, frozenAtMs: null });
});

t.test('nobody can be frozen under an unknown id', async (t) => {
  const deps = buildDeps();

  await t.rejects(createFreezeUser(deps)({ userId: ids.next(), reason: 'x' }), {
    code: 'USER_NOT_FOUND',
  });
  await t.rejects(createUnfreezeUser(deps)({ userId: ids.next() }), { code: 'USER_NOT_FOUND' });
});
