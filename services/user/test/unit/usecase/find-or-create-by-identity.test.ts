import t from 'tap';
import { createFindOrCreateByIdentity } from '../../../src/usecase/find-or-create-by-identity.ts';
import { buildDeps, withUser } from '../../support/build-deps.ts';
import { anIdentity, aRegistration } from '../../support/builders.ts';

const union = () => anIdentity({ provider: 'wechat-union', realm: '' });

t.test('an unknown identity makes a person, once, with a name to be told apart by', async (t) => {
  const deps = buildDeps();
  const findOrCreate = createFindOrCreateByIdentity(deps);
  const keys = [anIdentity()];

  const first = await findOrCreate({ keys });
  const second = await findOrCreate({ keys });

  t.equal(first.isNew, true);
  t.match(first.profile.nickname, /^微信用户.{6}$/);
  t.equal(second.isNew, false);
  t.equal(second.profile.id, first.profile.id);
  t.same(
    deps.facts.map((fact) => fact.name),
    ['registered'],
  );
});

t.test('twenty parallel sign-ins of a new person make one person and one fact', async (t) => {
  const deps = buildDeps();
  const findOrCreate = createFindOrCreateByIdentity(deps);
  const keys = [anIdentity(), union()];

  const all = await Promise.all(Array.from({ length: 20 }, () => findOrCreate({ keys })));

  t.equal(new Set(all.map(({ profile }) => profile.id)).size, 1);
  t.equal(all.filter(({ isNew }) => isNew).length, 1);
  t.equal(deps.facts.length, 1);
});

t.test(
  'a union id that appears later is linked, and finds the person from another app',
  async (t) => {
    const deps = buildDeps();
    const findOrCreate = createFindOrCreateByIdentity(deps);
    const [openid, unionid] = [anIdentity(), union()];
    const { profile } = await findOrCreate({ keys: [openid] });

    await findOrCreate({ keys: [openid, unionid] });
    const elsewhere = await findOrCreate({ keys: [anIdentity({ realm: 'wxOther' }), unionid] });

    t.equal(elsewhere.profile.id, profile.id);
    t.equal(elsewhere.isNew, false);
  },
);

t.test(
  'when the keys belong to two people the first one decides and nobody is moved',
  async (t) => {
    const deps = buildDeps();
    const findOrCreate = createFindOrCreateByIdentity(deps);
    const [openid, unionid] = [anIdentity(), union()];
    const byOpenid = await findOrCreate({ keys: [openid] });
    const byUnionid = await findOrCreate({ keys: [unionid] });

    const both = await findOrCreate({ keys: [openid, unionid] });
    const other = await findOrCreate({ keys: [unionid] });

    t.equal(both.profile.id, byOpenid.profile.id);
    t.equal(other.profile.id, byUnionid.profile.id);
  },
);

t.test('a frozen person is refused and gets no new identity', async (t) => {
  const deps = buildDeps();
  const [openid, unionid] = [anIdentity(), union()];
  await withUser(deps, aRegistration({ status: 'frozen' }), [openid]);

  const call = createFindOrCreateByIdentity(deps)({ keys: [openid, unionid] });

  await t.rejects(call, { code: 'USER_FROZEN' });
  t.same(await deps.identities.findOwners([unionid]), []);
});

t.test(
  'an identity that is always taken and never found is a bug, not an endless loop',
  async (t) => {
    const deps = buildDeps();
    let looks = 0;
    const identities = {
      ...deps.identities,
      register: () => {
        looks += 1;
        return Promise.resolve(false);
      },
    };

    const call = createFindOrCreateByIdentity({ ...deps, identities })({ keys: [anIdentity()] });

    await t.rejects(call, { message: /belongs to nobody/ });
    t.equal(looks, 3);
  },
);
