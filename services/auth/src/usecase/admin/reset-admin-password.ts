import type { Clock } from '@app/kernel';
import { adminError } from '../../domain/admin/admin-error.ts';
import { endChangedSessions } from '../../domain/admin/directory-change.ts';
import { findByUsername } from '../../domain/admin/directory.ts';
import { accountPrefix } from '../../domain/admin/login-throttle.ts';
import { requireStrongPassword } from '../../domain/admin/password-rule.ts';
import type { AdminDirectory, LoginAttempts } from '../../repository.ts';
import type { PasswordHasher, RevocationHints } from '../../service.ts';
import type { Usecases } from '../../usecase.ts';

interface Deps {
  readonly directory: AdminDirectory;
  readonly attempts: LoginAttempts;
  readonly passwords: PasswordHasher;
  readonly hints: RevocationHints;
  readonly clock: Clock;
}

export const createResetAdminPassword =
  ({ directory, attempts, passwords, hints, clock }: Deps): Usecases['resetAdminPassword'] =>
  async ({ username, password }) => {
    requireStrongPassword(password, { username });
    const passwordHash = await passwords.hash(password);
    const { change } = await directory.change((current) => {
      const account = findByUsername(current, username);
      if (account === undefined) throw adminError('ADMIN_NOT_FOUND', { data: { username } });
      const nowMs = clock.nowMs();
      const next = { ...account, passwordHash, version: account.version + 1, updatedAtMs: nowMs };
      return { change: endChangedSessions(current, { accounts: [next] }, nowMs), result: null };
    });
    await attempts.clear(accountPrefix(username));
    await hints.revoked(change.revocations ?? []);
  };
