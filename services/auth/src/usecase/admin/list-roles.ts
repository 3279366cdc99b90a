import { pageOf, toRoleView } from '../../domain/admin/directory.ts';
import type { AdminDirectory } from '../../repository.ts';
import type { Usecases } from '../../usecase.ts';

export const createListRoles =
  ({ directory }: { readonly directory: AdminDirectory }): Usecases['listRoles'] =>
  async (query) => {
    const { items, nextCursor } = pageOf((await directory.read()).roles, query);
    return { items: items.map(toRoleView), nextCursor };
  };
