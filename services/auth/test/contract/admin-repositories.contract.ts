import type { Revocation } from '@app/contracts';
import type { Test } from 'tap';
import { endAdminSession } from '../../src/domain/admin/admin-session.ts';
import { followChain, EMPTY_CHAIN, type AuditRecord } from '../../src/domain/admin/audit-chain.ts';
import { accountPrefix, attemptScopes } from '../../src/domain/admin/login-throttle.ts';
import type { AdminDirectory, AuditLog, LoginAttempts } from '../../src/repository.ts';
import { aRole, anAccount, anAdminSession } from '../support/admin-builders.ts';
import { ids, NOON_MS } from '../support/builders.ts';

export interface AdminRepositories {
  readonly directory: AdminDirectory;
  readonly attempts: LoginAttempts;
  readonly audit: AuditLog;
  listRevocations(): Promise<readonly Revocation[]>;
}

const aRecord = (overrides: Partial<AuditRecord> = {}): AuditRecord => ({
  kind: 'intent',
  atMs: NOON_MS,
  actor: ids.next(),
  action: 'v1.user.freezeAccount',
  route: 'POST /admin/v1/users/{id}/freeze',
  target: 'id=微信 😀',
  requestId: ids.next(),
  clientIp: '2001:db8::1',
  paramsDigest: 'a'.repeat(64),
  intentSeq: null,
  status: null,
  outcome: null,
  ...overrides,
});

/** What every implementation of the storage of admins must do. */
export const adminRepositoriesContract = async (
  t: Test,
  build: () => Promise<AdminRepositories>,
) => {
  const { directory, attempts, audit, listRevocations } = await build();

  await t.test('accounts, roles and sessions come back exactly as stored', async (t) => {
    const role = aRole(['user:freeze', '*'], { name: '客服 😀', description: '早班' });
    const account = anAccount([role]);
    const session = anAdminSession(account.id);
    await directory.change(() => ({
      change: { newRoles: [role], newAccounts: [account], sessions: [session] },
      result: null,
    }));

    const stored = await directory.read();

    t.same(stored.roles, [role]);
    t.same(stored.accounts, [account]);
    t.same(stored.sessions, [session]);
  });

  await t.test('a change writes all of itself; what is removed is gone', async (t) => {
    const bare = anAccount([]);
    const role = aRole([]);
    await directory.change(() => ({
      change: { newAccounts: [bare], newRoles: [role] },
      result: null,
    }));
    const next = { ...bare, status: 'disabled' as const, version: 2, updatedAtMs: NOON_MS + 1 };
    const renamed = { ...role, name: '仓库', version: 2 };

    await directory.change(() => ({
      change: { accounts: [next], roles: [renamed] },
      result: null,
    }));
    const changed = await directory.read();
    await directory.change(() => ({
      change: { removedAccountIds: [bare.id], removedRoleIds: [role.id] },
      result: null,
    }));

    t.same(
      changed.accounts.find(({ id }) => id === bare.id),
      next,
    );
    t.same(
      changed.roles.find(({ id }) => id === role.id),
      renamed,
    );
    const { accounts, roles } = await directory.read();
    t.notOk(accounts.some(({ id }) => id === bare.id) || roles.some(({ id }) => id === role.id));
  });

  await t.test('a decision that throws writes nothing', async (t) => {
    const before = await directory.read();

    await t.rejects(
      directory.change(() => {
        throw new Error('no');
      }),
      { message: 'no' },
    );

    t.same(await directory.read(), before);
  });

  await t.test('of twenty parallel logins one session is left, and 19 are revoked', async (t) => {
    const account = anAccount([]);
    await directory.change(() => ({ change: { newAccounts: [account] }, result: null }));

    await Promise.all(
      Array.from({ length: 20 }, () =>
        directory.change(({ sessions }) => {
          const former = sessions.filter(({ accountId }) => accountId === account.id);
          const revocations = former.map((one) => endAdminSession(one, NOON_MS, 'replaced'));
          return {
            change: { sessions: [anAdminSession(account.id)], revocations },
            result: null,
          };
        }),
      ),
    );

    const { sessions } = await directory.read();
    const mine = sessions.filter(({ accountId }) => accountId === account.id);
    t.equal(mine.length, 1);
    const revoked = (await listRevocations()).filter(({ reason }) => reason === 'replaced');
    t.equal(revoked.length, 19);
    t.notOk(revoked.some(({ subject }) => subject === mine[0]?.sessionId));
  });

  await t.test('of twenty parallel claims five are let through', async (t) => {
    const { own, shared } = attemptScopes(ids.next(), ids.next());

    const waits = await Promise.all(
      Array.from({ length: 20 }, () => attempts.claim([...own, ...shared], NOON_MS)),
    );

    t.equal(waits.filter((ms) => ms === 0).length, 5);
    t.ok(waits.every((ms) => ms === 0 || ms === 900_000));
    t.equal(await attempts.claim([...own, ...shared], NOON_MS + 900_000), 0, 'a window later');
  });

  await t.test('who is forgiven starts anew; the address keeps what others did', async (t) => {
    const address = ids.next();
    const first = attemptScopes(ids.next(), address);
    const scopes = [...first.own, ...first.shared];
    for (let round = 0; round < 12; round += 1) {
      t.equal(await attempts.claim(scopes, NOON_MS), 0);
      await attempts.forgive({ clear: first.own, undo: first.shared });
    }
    for (let count = 0; count < 20; count += 1) {
      const other = attemptScopes(ids.next(), address);
      t.equal(await attempts.claim([...other.own, ...other.shared], NOON_MS), 0);
    }

    t.equal(await attempts.claim(scopes, NOON_MS), 900_000, 'twenty names from one address');
  });

  await t.test('a new password lifts the lock of the account, from every address', async (t) => {
    const username = ids.next();
    const scopes = attemptScopes(username, ids.next()).own;
    for (let count = 0; count < 5; count += 1) await attempts.claim(scopes, NOON_MS);
    t.ok((await attempts.claim(scopes, NOON_MS)) > 0);

    await attempts.clear(accountPrefix(username));

    t.equal(await attempts.claim(scopes, NOON_MS), 0);
  });

  await t.test('parallel writers make one chain without a gap', async (t) => {
    const records = Array.from({ length: 30 }, () => aRecord());

    const entries = await Promise.all(records.map((record) => audit.append(record)));

    const head = await audit.head();
    const chain = await audit.chain({ afterSeq: 0, upToSeq: head.seq, limit: 1000 });
    t.same(followChain(chain, EMPTY_CHAIN), { last: head, broken: null });
    t.same(
      chain.map(({ requestId }) => requestId).sort(),
      entries.map(({ requestId }) => requestId).sort(),
    );
    t.same(await audit.find(entries[0]!.seq), entries[0], 'read back byte for byte');
  });

  await t.test('an outcome is noted once, however often it is told', async (t) => {
    const intent = await audit.append(aRecord());
    const outcome = aRecord({
      kind: 'outcome',
      intentSeq: intent.seq,
      status: 200,
      outcome: 'ok',
    });

    const told = await Promise.all(Array.from({ length: 10 }, () => audit.append(outcome)));

    t.equal(new Set(told.map(({ seq }) => seq)).size, 1);
  });

  await t.test('the list is filtered and starts with the latest', async (t) => {
    const actor = ids.next();
    const rows = [];
    for (let count = 0; count < 3; count += 1) rows.push(await audit.append(aRecord({ actor })));
    await audit.append(aRecord());

    const page = await audit.list({ actor, limit: 2 });
    const rest = await audit.list({ actor, limit: 2, beforeSeq: page[1]!.seq });
    const one = await audit.list({ requestId: rows[1]!.requestId, limit: 9 });

    t.same([...page, ...rest], rows.toReversed());
    t.same(one, [rows[1]]);
  });
};
