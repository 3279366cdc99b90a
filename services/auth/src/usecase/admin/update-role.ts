import type { Clock } from '@app/kernel';
import { changeRole, requireKnownMarks } from '../../domain/admin/changes.ts';
import { toRoleView } from '../../domain/admin/directory.ts';
import type { AdminDirectory } from '../../repository.ts';
import type { KnownMarks, RevocationHints } from '../../service.ts';
import type { Usecases } from '../../usecase.ts';

interface Deps {
  readonly directory: AdminDirectory;
  readonly knownMarks: KnownMarks;
  readonly hints: RevocationHints;
  readonly clock: Clock;
}

export const createUpdateRole =
  ({ directory, knownMarks, hints, clock }: Deps): Usecases['updateRole'] =>
  async ({ actor, ...patch }) => {
    requireKnownMarks(patch.actions ?? [], new Set(knownMarks.list().map(({ mark }) => mark)));
    const { change, result } = await directory.change((current) =>
      changeRole(current, actor, patch, clock.nowMs()),
    );
    await hints.revoked(change.revocations ?? []);
    return toRoleView(result);
  };
