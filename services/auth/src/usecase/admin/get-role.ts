import { adminError } from '../../domain/admin/admin-error.ts';
import { findRole, toRoleView } from '../../domain/admin/directory.ts';
import type { AdminDirectory } from '../../repository.ts';
import type { Usecases } from '../../usecase.ts';

export const createGetRole =
  ({ directory }: { readonly directory: AdminDirectory }): Usecases['getRole'] =>
  async ({ id }) => {
    const role = findRole(await directory.read(), id);
    if (role === undefined) throw adminError('ROLE_NOT_FOUND', { data: { id } });
    return toRoleView(role);
  };
