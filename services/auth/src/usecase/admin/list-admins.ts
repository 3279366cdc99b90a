import { pageOf, toAdminView } from '../../domain/admin/directory.ts';
import type { AdminDirectory } from '../../repository.ts';
import type { Usecases } from '../../usecase.ts';

export const createListAdmins =
  ({ directory }: { readonly directory: AdminDirectory }): Usecases['listAdmins'] =>
  async (query) => {
    const current = await directory.read();
    const { items, nextCursor } = pageOf(current.accounts, query);
    return { items: items.map((account) => toAdminView(current, account)), nextCursor };
  };
