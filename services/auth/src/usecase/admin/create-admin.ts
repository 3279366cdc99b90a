import type { Clock, Ids } from '@app/kernel';
import { addAccount } from '../../domain/admin/changes.ts';
import { toAdminView } from '../../domain/admin/directory.ts';
import { requireStrongPassword } from '../../domain/admin/password-rule.ts';
import type { AdminDirectory } from '../../repository.ts';
import type { PasswordHasher } from '../../service.ts';
import type { Usecases } from '../../usecase.ts';

interface Deps {
  readonly directory: AdminDirectory;
  readonly passwords: PasswordHasher;
  readonly clock: Clock;
  readonly ids: Ids;
}

export const createCreateAdmin =
  ({ directory, passwords, clock, ids }: Deps): Usecases['createAdmin'] =>
  async ({ actor, username, password, roleIds }) => {
    requireStrongPassword(password, { username });
    const passwordHash = await passwords.hash(password);
    const { result } = await directory.change((current) => {
      const stamp = { id: ids.next(), nowMs: clock.nowMs() };
      const added = addAccount(current, actor, { username, passwordHash, roleIds }, stamp);
      return { change: added.change, result: toAdminView(current, added.result) };
    });
    return result;
  };
