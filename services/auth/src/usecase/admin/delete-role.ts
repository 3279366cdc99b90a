import { removeRole } from '../../domain/admin/changes.ts';
import type { AdminDirectory } from '../../repository.ts';
import type { Usecases } from '../../usecase.ts';

export const createDeleteRole =
  ({ directory }: { readonly directory: AdminDirectory }): Usecases['deleteRole'] =>
  async ({ actor, id, version }) => {
    await directory.change((current) => removeRole(current, actor, { id, version }));
  };
