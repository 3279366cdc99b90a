import type { Part } from '@app/runtime';
import type { SealedRows } from '../../repository.ts';
import type { ReencryptProgress } from '../../service.ts';

const EVERY_MS = 60_000;

interface Deps {
  readonly sealedRows: Pick<SealedRows, 'countPending'>;
  readonly progress: Pick<ReencryptProgress, 'pending'>;
  readonly logger: { warn(fields: object, message: string): void };
  readonly everyMs?: number;
}

/**
 * Keeps the metric true on every node: the job runs on one of them, and the others would tell for
 * ever what they counted when it was theirs. One look into an index.
 */
export const createPendingRowsWatch = (deps: Deps): Part => {
  const { sealedRows, progress, logger, everyMs = EVERY_MS } = deps;
  let timer: NodeJS.Timeout | undefined;
  let counting: Promise<void> = Promise.resolve();

  const count = async (): Promise<void> => {
    try {
      progress.pending(await sealedRows.countPending());
    } catch (error) {
      logger.warn({ err: error }, 'rows that wait for re-encryption could not be counted');
    }
  };

  return {
    name: 'watch of rows to re-encrypt',
    start: async () => {
      await count();
      timer = setInterval(() => {
        counting = count();
      }, everyMs);
      timer.unref();
    },
    stop: async () => {
      clearInterval(timer);
      await counting;
    },
  };
};
