import type { Clock } from '@app/kernel';
import { removeAccount } from '../../domain/admin/changes.ts';
import type { AdminDirectory } from '../../repository.ts';
import type { RevocationHints } from '../../service.ts';
import type { Usecases } from '../../usecase.ts';

interface Deps {
  readonly directory: AdminDirectory;
  readonly hints: RevocationHints;
  readonly clock: Clock;
}

export const createDeleteAdmin =
  ({ directory, hints, clock }: Deps): Usecases['deleteAdmin'] =>
  async ({ actor, id, version }) => {
    const { change } = await directory.change((current) =>
      removeAccount(current, actor, { id, version }, clock.nowMs()),
    );
    await hints.revoked(change.revocations ?? []);
  };
