import t from 'tap';
import { createBindPhone } from '../../../src/usecase/bind-phone.ts';
import { buildDeps, withUser } from '../../support/build-deps.ts';
import { anIdentity, aRegistration } from '../../support/builders.ts';

const phone = { countryCode: '86', number: '13812345678' };

t.test('a phone is bound once however often it is asked; the answer is masked', async (t) => {
  const deps = buildDeps();
  const { id } = await withUser(deps, aRegistration(), [anIdentity()]);
  const bind = createBindPhone(deps);

  const first = await bind({ userId: id, phone });
  const again = await bind({ userId: id, phone });

  t.same(first, { phone: '138****5678' });
  t.same(again, first);
  t.same(
    deps.facts.map((fact) => fact.name),
    ['phoneBound'],
  );
  t.ok(deps.hinted.includes(id));
});

t.test(
  'a number of somebody else is refused, the same digits of another country are not',
  async (t) => {
    const deps = buildDeps();
    const bind = createBindPhone(deps);
    const owner = await withUser(deps, aRegistration(), [anIdentity()]);
    const other = await withUser(deps, aRegistration(), [anIdentity()]);
    await bind({ userId: owner.id, phone });

    await t.rejects(bind({ userId: other.id, phone }), { code: 'PHONE_BOUND_TO_OTHER_ACCOUNT' });
    await bind({ userId: other.id, phone: { ...phone, countryCode: '852' } });

    t.equal(deps.facts.length, 2);
  },
);

t.test('a new number replaces the old one and frees it', async (t) => {
  const deps = buildDeps();
  const bind = createBindPhone(deps);
  const owner = await withUser(deps, aRegistration(), [anIdentity()]);
  const other = await withUser(deps, aRegistration(), [anIdentity()]);
  await bind({ userId: owner.id, phone });

  await bind({ userId: owner.id, phone: { ...phone, number: '13900000000' } });
  const freed = await bind({ userId: other.id, phone });

  t.same(freed, { phone: '138****5678' });
});
