import type { SealedRows } from '../repository.ts';
import type { ReencryptProgress } from '../service.ts';
import type { Usecases } from '../usecase.ts';

interface Deps {
  readonly sealedRows: SealedRows;
  readonly progress: ReencryptProgress;
}

/** One run handles at most this many batches; the next run of the schedule goes on from there. */
const BATCHES_MAX = 10_000;

export const createReencryptPersonalData =
  ({ sealedRows, progress }: Deps): Usecases['reencryptPersonalData'] =>
  async ({ batchSize }) => {
    const pending = await sealedRows.countPending();
    progress.pending(pending);
    let changed = 0;
    let failed = 0;
    let after: string | null = null;
    for (let batch = 0; pending > 0 && batch < BATCHES_MAX; batch += 1) {
      const done = await sealedRows.reencrypt(after, batchSize);
      changed += done.changed;
      failed += done.failed;
      progress.pending(Math.max(pending - changed, 0));
      after = done.next;
      if (after === null) break;
    }
    progress.failed(failed);
    if (pending > 0) progress.pending(await sealedRows.countPending());
    return changed;
  };
