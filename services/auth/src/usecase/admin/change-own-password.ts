import type { Clock } from '@app/kernel';
import { adminError } from '../../domain/admin/admin-error.ts';
import { endChangedSessions } from '../../domain/admin/directory-change.ts';
import { findAccount } from '../../domain/admin/directory.ts';
import { attemptScopes } from '../../domain/admin/login-throttle.ts';
import { requireStrongPassword } from '../../domain/admin/password-rule.ts';
import type { AdminDirectory, LoginAttempts } from '../../repository.ts';
import type { OneByOne, PasswordHasher, RevocationHints } from '../../service.ts';
import type { Usecases } from '../../usecase.ts';

interface Deps {
  readonly directory: AdminDirectory;
  readonly attempts: LoginAttempts;
  readonly passwords: PasswordHasher;
  readonly hints: RevocationHints;
  readonly oneByOne: OneByOne;
  readonly clock: Clock;
}

/** A stolen token must not do for guessing the password either: tries count as those of a login. */
export const createChangeOwnPassword = (deps: Deps): Usecases['changeOwnPassword'] => {
  const { directory, attempts, passwords, hints, oneByOne, clock } = deps;
  return async ({ adminId, currentPassword, newPassword, clientIp }) => {
    const account = findAccount(await directory.read(), adminId);
    if (account === undefined) throw adminError('ADMIN_NOT_FOUND', { data: { id: adminId } });
    const { username, passwordHash } = account;
    requireStrongPassword(newPassword, { username, field: 'newPassword' });
    const { own, shared } = attemptScopes(username, clientIp);
    await oneByOne(username, async () => {
      const waitMs = await attempts.claim([...own, ...shared], clock.nowMs());
      if (waitMs > 0)
        throw adminError('ADMIN_LOGIN_LOCKED', {
          data: { retryAfterSeconds: Math.ceil(waitMs / 1000) },
        });
      if (!(await passwords.verify(currentPassword, passwordHash)))
        throw adminError('ADMIN_LOGIN_INVALID');
      await attempts.forgive({ clear: own, undo: shared });
    });
    const newHash = await passwords.hash(newPassword);
    const { change } = await directory.change((current) => {
      const own = findAccount(current, adminId);
      if (own?.passwordHash !== passwordHash)
        throw adminError('ADMIN_LOGIN_INVALID', { message: 'the password was changed meanwhile' });
      const nowMs = clock.nowMs();
      const next = {
        ...own,
        passwordHash: newHash,
        version: own.version + 1,
        updatedAtMs: nowMs,
      };
      return { change: endChangedSessions(current, { accounts: [next] }, nowMs), result: null };
    });
    await hints.revoked(change.revocations ?? []);
  };
};
