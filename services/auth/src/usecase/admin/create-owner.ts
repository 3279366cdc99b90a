import type { Clock, Ids } from '@app/kernel';
import { addOwner } from '../../domain/admin/changes.ts';
import { applyChange } from '../../domain/admin/directory-change.ts';
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

export const createCreateOwner =
  ({ directory, passwords, clock, ids }: Deps): Usecases['createOwner'] =>
  async ({ username, password }) => {
    requireStrongPassword(password, { username });
    const passwordHash = await passwords.hash(password);
    const { result } = await directory.change((current) => {
      const stamp = { id: ids.next(), roleId: ids.next(), nowMs: clock.nowMs() };
      const added = addOwner(current, { username, passwordHash }, stamp);
      const after = applyChange(current, added.change);
      return { change: added.change, result: toAdminView(after, added.result) };
    });
    return result;
  };
