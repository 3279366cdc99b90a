import { isError } from '@app/kernel';
import t from 'tap';
import { createGetMe } from '../../../src/usecase/get-me.ts';
import { createGetProfile } from '../../../src/usecase/get-profile.ts';
import { createUpdateMe } from '../../../src/usecase/update-me.ts';
import { buildDeps, withUser } from '../../support/build-deps.ts';
import { anIdentity, aRegistration, ids } from '../../support/builders.ts';

t.test('a profile shows the phone masked and times in RFC 3339', async (t) => {
  const deps = buildDeps();
  const phone = { countryCode: '86', number: '13812345678' };
  const { id } = await withUser(deps, aRegistration({ phone }), [anIdentity()]);

  const profile = await createGetMe(deps)({ userId: id });

  t.equal(profile.phone, '138****5678');
  t.equal(profile.createdAt, '2026-11-20T08:00:00.123Z');
});

t.test('nobody has a profile under an unknown id', async (t) => {
  const deps = buildDeps();
  const userId = ids.next();

  await t.rejects(createGetMe(deps)({ userId }), { code: 'USER_NOT_FOUND' });
  await t.rejects(createGetProfile(deps)({ userId }), { code: 'USER_NOT_FOUND' });
  await t.rejects(createUpdateMe(deps)({ userId, patch: {} }), { code: 'USER_NOT_FOUND' });
  t.same(deps.hinted, []);
});

t.test(
  'a patch changes what was sent, keeps the rest, and is announced before the answer',
  async (t) => {
    const deps = buildDeps();
    const { id } = await withUser(deps, aRegistration({ bio: '老顾客' }), [anIdentity()]);

    const profile = await createUpdateMe(deps)({ userId: id, patch: { nickname: ' 小红 ' } });

    t.equal(profile.nickname, '小红');
    t.equal(profile.bio, '老顾客');
    t.same(deps.hinted, [id]);
  },
);

t.test('a change that cannot be announced is not answered as done', async (t) => {
  const deps = buildDeps();
  const { id } = await withUser(deps, aRegistration(), [anIdentity()]);
  const down = { changed: () => Promise.reject(new Error('bus is down')) };

  await t.rejects(createUpdateMe({ ...deps, hints: down })({ userId: id, patch: { bio: 'x' } }), {
    message: 'bus is down',
  });
});

t.test('other services learn whether the account is frozen', async (t) => {
  const deps = buildDeps();
  const { id } = await withUser(deps, aRegistration({ status: 'frozen' }), [anIdentity()]);

  t.equal((await createGetProfile(deps)({ userId: id })).status, 'frozen');
});

t.test('an error is recognised by its code', async (t) => {
  const error = await createGetMe(buildDeps())({ userId: ids.next() }).catch((e: unknown) => e);

  t.equal(isError(error, 'USER_NOT_FOUND'), true);
});
