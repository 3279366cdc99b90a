import t from 'tap';
import { createBeginAdminWrite } from '../../../../src/usecase/audit/begin-admin-write.ts';
import { createCompleteAdminWrite } from '../../../../src/usecase/audit/complete-admin-write.ts';
import { createListAuditLog } from '../../../../src/usecase/audit/list-audit-log.ts';
import { createVerifyAuditLog } from '../../../../src/usecase/audit/verify-audit-log.ts';
import { createAdminMemoryStore } from '../../../support/admin-memory-store.ts';
import { fakeClock } from '@app/testing';
import { NOON_MS } from '../../../support/builders.ts';

const build = () => {
  const { audit } = createAdminMemoryStore();
  const deps = { audit, clock: fakeClock(NOON_MS) };
  const begin = createBeginAdminWrite(deps);
  const intent = (target: string) =>
    begin({ actor: 'me', action: 'a', route: 'POST /x', target, requestId: `r-${target}` });
  return { audit, deps, intent, complete: createCompleteAdminWrite(deps) };
};

t.test('an intent and its outcome tell the same of who and what', async (t) => {
  const { deps, intent, complete } = build();
  const { seq } = await intent('id=1');
  await complete({ intentSeq: seq, status: 404, outcome: 'USER_NOT_FOUND' });
  await complete({ intentSeq: seq, status: 200, outcome: 'ok' });

  const { items, nextCursor } = await createListAuditLog(deps)({ limit: 10 });

  t.match(items, [
    { kind: 'outcome', intentSeq: seq, target: 'id=1', status: 404, outcome: 'USER_NOT_FOUND' },
    { kind: 'intent', target: 'id=1', status: null },
  ]);
  t.equal(items.length, 2, 'a second outcome changes nothing');
  t.equal(nextCursor, null);
});

t.test('an outcome belongs to an intent, not to just any row', async (t) => {
  const { intent, complete } = build();
  const { seq } = await intent('id=1');
  await complete({ intentSeq: seq, status: 200, outcome: 'ok' });

  for (const intentSeq of [seq + 1, 99])
    await t.rejects(complete({ intentSeq, status: 200, outcome: 'ok' }), {
      code: 'AUDIT_INTENT_UNKNOWN',
    });
});

t.test('a log is verified to its end, also while it is empty', async (t) => {
  const { audit, deps, intent } = build();
  const verify = createVerifyAuditLog(deps);
  t.match(await verify({}), { checked: 0, lastSeq: 0, complete: true, broken: null });

  for (const target of ['a', 'b', 'c']) await intent(target);

  t.match(await verify({}), {
    checked: 3,
    lastSeq: 3,
    lastHash: (await audit.head()).hash,
    complete: true,
    broken: null,
  });
  t.match(await verify({ afterSeq: 2 }), { checked: 1, lastSeq: 3, broken: null });
});

t.test('rows that were cut off at the end are missed', async (t) => {
  const { audit, deps, intent } = build();
  for (const target of ['a', 'b', 'c']) await intent(target);
  const cut = {
    ...audit,
    chain: async (query: Parameters<typeof audit.chain>[0]) =>
      (await audit.chain(query)).slice(0, 2),
  };

  t.match(await createVerifyAuditLog({ ...deps, audit: cut })({}), {
    checked: 2,
    broken: { seq: 3, problem: 'missing' },
  });
});

t.test('the list goes on from its cursor', async (t) => {
  const { deps, intent } = build();
  for (const target of ['a', 'b', 'c']) await intent(target);
  const list = createListAuditLog(deps);

  const first = await list({ limit: 2 });
  const second = await list({ limit: 2, ...(first.nextCursor && { cursor: first.nextCursor }) });

  t.same(
    [...first.items, ...second.items].map(({ target }) => target),
    ['c', 'b', 'a'],
  );
});
