import type { Clock } from '@app/kernel';
import type { ImportRepository } from '../repository.ts';
import type { ImportJobs } from '../service.ts';
import type { Usecases } from '../usecase.ts';

interface Deps {
  readonly imports: Pick<ImportRepository, 'waiting'>;
  readonly jobs: ImportJobs;
  readonly clock: Clock;
}

/** A chunk that waits longer may have lost its job. */
const LOST_AFTER_MS = 5000;
const CHUNKS_MAX = 200;

export const createSweepImports =
  ({ imports, jobs, clock }: Deps): Usecases['sweepImports'] =>
  async () => {
    const waiting = await imports.waiting(clock.nowMs() - LOST_AFTER_MS, CHUNKS_MAX);
    let made = 0;
    for (const key of waiting) {
      if (await jobs.ensure(key)) made += 1;
    }
    return made;
  };
