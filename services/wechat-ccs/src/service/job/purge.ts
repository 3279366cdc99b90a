import type { Part } from '@app/runtime';

interface Deps {
  readonly name: string;
  readonly logger: { warn(fields: object, message: string): void };
  /** Forgets at most `limit` rows whose time is over; how many there were. */
  readonly purge: (limit: number) => Promise<number>;
  readonly everyMs?: number;
}

const EVERY_MS = 60 * 60 * 1000;
const BATCH = 500;
/** What is left then waits for the next hour. */
const BATCHES_MAX = 200;

/** Forgets old rows every hour, on every node: forgetting what is forgotten does no harm. */
export const createPurge = ({ name, logger, purge, everyMs = EVERY_MS }: Deps): Part => {
  let timer: NodeJS.Timeout | undefined;
  let isStopped = false;
  let running: Promise<void> = Promise.resolve();

  const run = async (): Promise<void> => {
    try {
      for (let batch = 0; batch < BATCHES_MAX && !isStopped; batch += 1) {
        if ((await purge(BATCH)) < BATCH) return;
      }
    } catch (error) {
      logger.warn({ err: error }, `${name}: old rows could not be deleted, trying again`);
    }
  };

  return {
    name: `purge of ${name}`,
    start() {
      timer = setInterval(() => {
        running = run();
      }, everyMs);
      timer.unref();
      return Promise.resolve();
    },
    async stop() {
      isStopped = true;
      clearInterval(timer);
      await running;
    },
  };
};
