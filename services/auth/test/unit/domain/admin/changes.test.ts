import t from 'tap';
import {
  addAccount,
  addOwner,
  addRole,
  changeAccount,
  changeRole,
  removeAccount,
  removeRole,
  requireKnownMarks,
} from '../../../../src/domain/admin/changes.ts';
import { applyChange } from '../../../../src/domain/admin/directory-change.ts';
import { marksOf, tokenMarks } from '../../../../src/domain/admin/directory.ts';
import { aDirectory, aRole, anAccount, anAdminSession } from '../../../support/admin-builders.ts';
import { ids, NOON_MS } from '../../../support/builders.ts';

const manager = aRole(['account:write', 'role:write', 'user:freeze']);
const owner = aRole(['*']);
const freezer = aRole(['user:freeze']);
const me = anAccount([manager]);
const boss = anAccount([owner]);
const helper = anAccount([freezer]);
const directory = aDirectory({
  accounts: [me, boss, helper],
  roles: [manager, owner, freezer],
  sessions: [anAdminSession(me.id), anAdminSession(helper.id)],
});
const stamp = { id: ids.next(), nowMs: NOON_MS };
const account = { username: 'new.one', passwordHash: 'h' };

t.test('an admin grants what they hold, by account and by role', async (t) => {
  const added = addAccount(directory, me.id, { ...account, roleIds: [freezer.id] }, stamp);
  const role = addRole(
    directory,
    me.id,
    { name: 'r', description: '', actions: ['user:freeze'] },
    stamp,
  );

  t.match(added.change.newAccounts, [{ username: 'new.one', status: 'active', version: 1 }]);
  t.match(role.change.newRoles, [{ name: 'r', version: 1 }]);
});

t.test('nobody grants or manages marks they do not hold', async (t) => {
  const exceeded = { code: 'ADMIN_MARKS_EXCEEDED' };
  const roleInput = { name: 'r', description: '', actions: ['order:ship'] };

  t.throws(
    () => addAccount(directory, me.id, { ...account, roleIds: [owner.id] }, stamp),
    exceeded,
  );
  t.throws(() => addRole(directory, me.id, roleInput, stamp), exceeded);
  t.throws(() => addRole(directory, me.id, { ...roleInput, actions: ['*'] }, stamp), exceeded);
  const actions = ['user:freeze', 'order:ship'];
  t.throws(() => changeRole(directory, me.id, { ...freezer, actions }, NOON_MS), exceeded);
  t.throws(
    () => changeAccount(directory, me.id, { ...helper, roleIds: [owner.id] }, NOON_MS),
    exceeded,
  );
  const password = { id: boss.id, version: 1, passwordHash: 'mine now' };
  t.throws(
    () => changeAccount(directory, me.id, password, NOON_MS),
    exceeded,
    'a way to its marks',
  );
  t.throws(() => removeAccount(directory, me.id, boss, NOON_MS), exceeded);
  t.throws(() => removeRole(directory, me.id, owner), exceeded);
});

t.test('nobody locks themselves out', async (t) => {
  const lockout = { code: 'ADMIN_SELF_LOCKOUT' };

  t.throws(() => changeAccount(directory, me.id, { ...me, status: 'disabled' }, NOON_MS), lockout);
  t.throws(() => changeAccount(directory, me.id, { ...me, roleIds: [] }, NOON_MS), lockout);
  t.throws(() => removeAccount(directory, me.id, me, NOON_MS), lockout);
  t.throws(
    () => changeRole(directory, me.id, { ...manager, actions: ['role:write'] }, NOON_MS),
    lockout,
  );
});

t.test('the last admin who can manage accounts stays one', async (t) => {
  const roles = aRole(['role:write', 'account:write']);
  const keeper = aRole(['role:write']);
  const last = anAccount([roles]);
  const other = anAccount([keeper, aRole([])]);
  const small = aDirectory({ accounts: [last, other], roles: [roles, keeper] });

  t.throws(
    () => changeAccount(small, undefined, { ...last, status: 'disabled' }, NOON_MS),
    { code: 'ADMIN_LAST_MANAGER' },
    'not even for the operator',
  );
  t.throws(() => removeAccount(small, undefined, last, NOON_MS), { code: 'ADMIN_LAST_MANAGER' });
});

t.test('an admin who lost the mark a moment ago changes nothing any more', async (t) => {
  const disabled = { ...me, status: 'disabled' as const };
  const late = aDirectory({ ...directory, accounts: [disabled, boss, helper] });

  for (const actor of [me.id, helper.id, ids.next()])
    t.throws(() => changeAccount(late, actor, { ...helper, status: 'disabled' }, NOON_MS), {
      code: 'ACTION_FORBIDDEN',
    });
});

t.test('a change starts from the version it names', async (t) => {
  const stale = { code: 'ADMIN_CHANGED_MEANWHILE' };

  t.throws(() => changeAccount(directory, me.id, { id: helper.id, version: 2 }, NOON_MS), stale);
  t.throws(() => changeRole(directory, me.id, { id: freezer.id, version: 2 }, NOON_MS), stale);
  t.throws(() => removeAccount(directory, me.id, { id: helper.id, version: 2 }, NOON_MS), stale);
  t.throws(() => removeRole(directory, me.id, { id: freezer.id, version: 2 }), stale);
});

t.test('whose marks or password change is signed out; nobody else is', async (t) => {
  const revoked = (change: { readonly revocations?: readonly { subject: string }[] }) =>
    (change.revocations ?? []).map(({ subject }) => subject);
  const session = directory.sessions[1]?.sessionId;

  const fewer = changeRole(directory, boss.id, { ...freezer, actions: [] }, NOON_MS);
  const renamed = changeRole(directory, boss.id, { ...freezer, name: 'x' }, NOON_MS);
  const password = changeAccount(directory, me.id, { ...helper, passwordHash: 'x' }, NOON_MS);
  const gone = removeAccount(directory, me.id, helper, NOON_MS);

  t.same(revoked(fewer.change), [session]);
  t.same(revoked(renamed.change), []);
  t.same(revoked(password.change), [session]);
  t.same(revoked(gone.change), [session]);
  t.same(fewer.change.endedSessionsOf, [helper.id]);
});

t.test('names are taken once, and a role that somebody has stays', async (t) => {
  const taken = { ...account, username: helper.username, roleIds: [] };
  t.throws(() => addAccount(directory, me.id, taken, stamp), { code: 'ADMIN_USERNAME_TAKEN' });
  const same = { name: freezer.name, description: '', actions: [] };
  t.throws(() => addRole(directory, me.id, same, stamp), { code: 'ROLE_NAME_TAKEN' });
  t.throws(() => changeRole(directory, me.id, { ...freezer, name: manager.name }, NOON_MS), {
    code: 'ROLE_NAME_TAKEN',
  });
  t.throws(() => removeRole(directory, me.id, freezer), { code: 'ROLE_IN_USE' });
});

t.test('what does not exist is named', async (t) => {
  const nowhere = ids.next();
  const roleIds = [freezer.id, nowhere];

  t.throws(() => addAccount(directory, me.id, { ...account, roleIds }, stamp), {
    code: 'ROLE_UNKNOWN',
    data: { errors: [{ field: 'roleIds[1]' }] },
  });
  t.throws(() => requireKnownMarks(['*', 'a:b', 'c:d'], new Set(['a:b'])), {
    code: 'ACTION_MARK_UNKNOWN',
    data: { errors: [{ field: 'actions[2]', message: /^c:d / }] },
  });
  const none = { id: nowhere, version: 1 };
  t.throws(() => changeAccount(directory, me.id, none, NOON_MS), { code: 'ADMIN_NOT_FOUND' });
  t.throws(() => removeAccount(directory, me.id, none, NOON_MS), { code: 'ADMIN_NOT_FOUND' });
  t.throws(() => changeRole(directory, me.id, none, NOON_MS), { code: 'ROLE_NOT_FOUND' });
  t.throws(() => removeRole(directory, me.id, none), { code: 'ROLE_NOT_FOUND' });
});

t.test('there is an end to how many there are', async (t) => {
  const accounts = Array.from({ length: 1000 }, () => anAccount([owner]));
  const roles = [owner, ...Array.from({ length: 199 }, () => aRole([]))];
  const full = aDirectory({ accounts, roles });

  const input = { ...account, roleIds: [] };
  t.throws(() => addAccount(full, undefined, input, stamp), { code: 'ADMIN_LIMIT_REACHED' });
  const role = { name: 'r', description: '', actions: [] };
  t.throws(() => addRole(full, undefined, role, stamp), { code: 'ADMIN_LIMIT_REACHED' });
});

t.test('the first admin gets a role with every mark, the next one the same role', async (t) => {
  const first = addOwner(aDirectory(), account, { ...stamp, roleId: ids.next() });
  const after = applyChange(aDirectory(), first.change);
  const second = addOwner(
    after,
    { ...account, username: 'second' },
    { id: ids.next(), roleId: ids.next(), nowMs: NOON_MS },
  );

  t.match(first.change.newRoles, [{ name: 'owner', actions: ['*'] }]);
  t.same(second.change.newRoles, []);
  t.same(second.result.roleIds, first.result.roleIds);
  t.same(marksOf(after, first.result), ['*']);
});

t.test('a token spells every mark out, and everybody may end their own session', async (t) => {
  t.same(tokenMarks(['*'], ['a:b', 'c:d']), ['session:own', 'a:b', 'c:d']);
  t.same(tokenMarks(['c:d'], ['a:b', 'c:d']), ['session:own', 'c:d']);
  t.same(tokenMarks([], ['a:b']), ['session:own']);
});
