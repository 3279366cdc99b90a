import type { Clock, Ids } from '@app/kernel';
import { addRole, requireKnownMarks } from '../../domain/admin/changes.ts';
import { toRoleView } from '../../domain/admin/directory.ts';
import type { AdminDirectory } from '../../repository.ts';
import type { KnownMarks } from '../../service.ts';
import type { Usecases } from '../../usecase.ts';

interface Deps {
  readonly directory: AdminDirectory;
  readonly knownMarks: KnownMarks;
  readonly clock: Clock;
  readonly ids: Ids;
}

export const createCreateRole =
  ({ directory, knownMarks, clock, ids }: Deps): Usecases['createRole'] =>
  async ({ actor, name, description = '', actions }) => {
    requireKnownMarks(actions, new Set(knownMarks.list().map(({ mark }) => mark)));
    const { result } = await directory.change((current) =>
      addRole(
        current,
        actor,
        { name, description, actions },
        { id: ids.next(), nowMs: clock.nowMs() },
      ),
    );
    return toRoleView(result);
  };
