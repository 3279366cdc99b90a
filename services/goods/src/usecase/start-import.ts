import { toRfc3339, type Clock, type Ids } from '@app/kernel';
import { newImportView } from '../domain/import-progress.ts';
import type { ImportRepository } from '../repository.ts';
import type { Usecases } from '../usecase.ts';

interface Deps {
  readonly imports: Pick<ImportRepository, 'start'>;
  readonly clock: Clock;
  readonly ids: Ids;
}

export const createStartImport =
  ({ imports, clock, ids }: Deps): Usecases['startImport'] =>
  ({ params: { name, chunkCount }, adminId, operation }) => {
    const id = ids.next();
    const nowMs = clock.nowMs();
    const fresh = newImportView({ id, name, chunkCount, createdAt: toRfc3339(nowMs) });
    return imports.start({ id, name, chunkCount, adminId, nowMs }, fresh, operation);
  };
