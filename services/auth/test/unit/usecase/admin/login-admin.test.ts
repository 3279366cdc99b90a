import { sha256Hex } from '@app/kernel';
import t from 'tap';
import { createOneByOne } from '../../../../src/service/password/serial-work.ts';
import { createChangeOwnPassword } from '../../../../src/usecase/admin/change-own-password.ts';
import { createCreateOwner } from '../../../../src/usecase/admin/create-owner.ts';
import { createLoginAdmin } from '../../../../src/usecase/admin/login-admin.ts';
import { createLogoutAdmin } from '../../../../src/usecase/admin/logout-admin.ts';
import { createResetAdminPassword } from '../../../../src/usecase/admin/reset-admin-password.ts';
import { createAdminMemoryStore } from '../../../support/admin-memory-store.ts';
import { buildDeps } from '../../../support/build-deps.ts';

const PASSWORD = 'correct horse battery staple';

/** Everything signing in asks for, in memory, with one admin; `verified` counts the costly part. */
const build = async () => {
  const verified: (string | undefined)[] = [];
  const base = { ...buildDeps(), ...createAdminMemoryStore(), oneByOne: createOneByOne() };
  const deps = {
    ...base,
    passwords: {
      hash: (password: string) => Promise.resolve(sha256Hex(password)),
      verify: (password: string, known: string | undefined) => {
        verified.push(known);
        return Promise.resolve(known === sha256Hex(password));
      },
    },
    knownMarks: { list: () => [{ mark: 'user:freeze', routes: [] }] },
  };
  await createCreateOwner(deps)({ username: 'root', password: PASSWORD });
  const loginAdmin = createLoginAdmin(deps);
  const login = (password = PASSWORD, username = 'root', clientIp = '192.0.2.1') =>
    loginAdmin({ username, password, clientIp });
  return { deps, verified, login };
};

const sessionOf = ({ accessToken }: { readonly accessToken: string }) => {
  const { sub, sid, marks } = JSON.parse(accessToken) as {
    sub: string;
    sid: string;
    marks: string[];
  };
  return { adminId: sub, sessionId: sid, marks };
};

t.test('a login gives a token with the marks, and keeps only its hash', async (t) => {
  const { deps, login } = await build();

  const answer = await login(PASSWORD, 'ROOT');

  t.same(sessionOf(answer).marks, ['session:own', 'user:freeze']);
  t.match(answer, { expiresIn: 28_800, admin: { username: 'root', roles: [{ name: 'owner' }] } });
  const { sessions } = await deps.directory.read();
  t.match(sessions, [{ tokenHash: sha256Hex(answer.accessToken) }]);
});

t.test('an unknown name and a wrong password look and cost the same', async (t) => {
  const { verified, login } = await build();

  await t.rejects(login('wrong'), { code: 'ADMIN_LOGIN_INVALID' });
  await t.rejects(login('wrong', 'nobody'), { code: 'ADMIN_LOGIN_INVALID' });

  t.equal(verified.length, 2);
  t.equal(verified[1], undefined, 'verified against the hash of nobody');
});

t.test('a second login replaces the first, and gateways are told why', async (t) => {
  const { deps, login } = await build();
  const first = sessionOf(await login());

  await login();

  t.match(deps.hinted, [{ kind: 'session', subject: first.sessionId, reason: 'replaced' }]);
  t.equal((await deps.directory.read()).sessions.length, 1);
});

t.test('after five wrong passwords none is even verified; in time it ends', async (t) => {
  const { deps, verified, login } = await build();
  for (let count = 0; count < 5; count += 1)
    await t.rejects(login(`wrong ${String(count)}`), { code: 'ADMIN_LOGIN_INVALID' });

  await t.rejects(login(), { code: 'ADMIN_LOGIN_LOCKED', data: { retryAfterSeconds: 900 } });

  t.equal(verified.length, 5);
  t.ok(await login(PASSWORD, 'root', '192.0.2.2'), 'from another address the admin gets in');
  deps.time.nowMs += 900_000;
  t.ok(await login());
});

t.test('many right logins at once are no guesses', async (t) => {
  const { login } = await build();

  const answers = await Promise.all(Array.from({ length: 20 }, () => login()));

  t.equal(answers.length, 20);
});

t.test('a logout with an old token leaves the newer session alive', async (t) => {
  const { deps, login } = await build();
  const old = sessionOf(await login());
  const current = sessionOf(await login());
  const logout = createLogoutAdmin(deps);

  await logout(old);
  t.match((await deps.directory.read()).sessions, [{ sessionId: current.sessionId }]);
  await logout(current);
  t.same((await deps.directory.read()).sessions, []);
  t.match(deps.hinted.at(-1), { subject: current.sessionId });
});

t.test('a new password ends the session and lifts the lock', async (t) => {
  const { deps, login } = await build();
  const { sessionId } = sessionOf(await login());
  for (let count = 0; count < 5; count += 1)
    await t.rejects(login('wrong'), { code: 'ADMIN_LOGIN_INVALID' });

  await createResetAdminPassword(deps)({ username: 'root', password: 'a wholly new one' });

  t.match(deps.hinted.at(-1), { subject: sessionId });
  await t.rejects(login(), { code: 'ADMIN_LOGIN_INVALID' });
  t.ok(await login('a wholly new one'));
});

t.test('one changes the own password by knowing it', async (t) => {
  const { deps, login } = await build();
  const { adminId } = sessionOf(await login());
  const change = createChangeOwnPassword(deps);
  const newPassword = 'a wholly new one';
  const clientIp = '192.0.2.9';

  await t.rejects(change({ adminId, clientIp, currentPassword: 'wrong', newPassword }), {
    code: 'ADMIN_LOGIN_INVALID',
  });
  await t.rejects(change({ adminId, clientIp, currentPassword: PASSWORD, newPassword: 'short' }), {
    code: 'ADMIN_PASSWORD_WEAK',
    data: { errors: [{ field: 'newPassword' }] },
  });
  await change({ adminId, clientIp, currentPassword: PASSWORD, newPassword });

  t.ok(await login(newPassword));
});
