import type { Clock } from '@app/kernel';
import type { ExpiredRows } from '../repository.ts';
import type { Usecases } from '../usecase.ts';

interface Deps {
  readonly expired: ExpiredRows;
  readonly clock: Clock;
}

/** One run handles at most this many batches; the next run of the schedule goes on from there. */
const BATCHES_MAX = 1000;

export const createPurgeExpired =
  ({ expired, clock }: Deps): Usecases['purgeExpired'] =>
  async ({ batchSize }) => {
    const nowMs = clock.nowMs();
    let purged = 0;
    for (let batch = 0; batch < BATCHES_MAX; batch += 1) {
      const rows = await expired.purge(nowMs, batchSize);
      if (rows === 0) break;
      purged += rows;
    }
    return purged;
  };
