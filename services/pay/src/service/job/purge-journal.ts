import type { Clock } from '@app/kernel';
import type { Logger, Part } from '@app/runtime';
import type { ExchangeJournal } from '../../repository.ts';

const KEEP_MS = 180 * 86_400_000;
const EVERY_MS = 10 * 60_000;

/** Removes what is older than 180 days, batch by batch; on every node, which does no harm. */
export const createJournalPurge = (
  journal: ExchangeJournal,
  { clock, logger }: { readonly clock: Clock; readonly logger: Pick<Logger, 'warn'> },
): Part => {
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<unknown> = Promise.resolve();
  const purge = async (): Promise<void> => {
    while ((await journal.purge(clock.nowMs() - KEEP_MS)) > 0);
  };
  return {
    name: 'pay journal purge',
    start() {
      timer = setInterval(() => {
        running = purge().catch((error: unknown) => {
          logger.warn({ err: error }, 'the journal could not be purged, trying again later');
        });
      }, EVERY_MS).unref();
      return Promise.resolve();
    },
    async stop() {
      clearInterval(timer);
      await running;
    },
  };
};
