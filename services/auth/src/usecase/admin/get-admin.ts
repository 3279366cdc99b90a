import { adminError } from '../../domain/admin/admin-error.ts';
import { findAccount, toAdminView } from '../../domain/admin/directory.ts';
import type { AdminDirectory } from '../../repository.ts';
import type { Usecases } from '../../usecase.ts';

export const createGetAdmin =
  ({ directory }: { readonly directory: AdminDirectory }): Usecases['getAdmin'] =>
  async ({ id }) => {
    const current = await directory.read();
    const account = findAccount(current, id);
    if (account === undefined) throw adminError('ADMIN_NOT_FOUND', { data: { id } });
    return toAdminView(current, account);
  };
