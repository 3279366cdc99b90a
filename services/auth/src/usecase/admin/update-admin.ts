import type { Clock } from '@app/kernel';
import { adminError } from '../../domain/admin/admin-error.ts';
import { changeAccount } from '../../domain/admin/changes.ts';
import { findAccount, toAdminView } from '../../domain/admin/directory.ts';
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

export const createUpdateAdmin = (deps: Deps): Usecases['updateAdmin'] => {
  const { directory, attempts, passwords, hints, clock } = deps;

  const hashOf = async (id: string, password: string): Promise<string> => {
    const account = findAccount(await directory.read(), id);
    if (account === undefined) throw adminError('ADMIN_NOT_FOUND', { data: { id } });
    requireStrongPassword(password, { username: account.username });
    return passwords.hash(password);
  };

  return async ({ actor, id, version, roleIds, status, password }) => {
    const passwordHash = password === undefined ? undefined : await hashOf(id, password);
    const { change, result } = await directory.change((current) => {
      const patch = { id, version, roleIds, status, passwordHash };
      const changed = changeAccount(current, actor, patch, clock.nowMs());
      return { change: changed.change, result: toAdminView(current, changed.result) };
    });
    await hints.revoked(change.revocations ?? []);
    if (password !== undefined) await attempts.clear(accountPrefix(result.username));
    return result;
  };
};
