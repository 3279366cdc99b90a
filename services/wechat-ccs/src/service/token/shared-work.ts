import { runInRequest, requestContext, type Part } from '@app/runtime';
import type { Logger } from '@app/runtime';
import type { SharedWork } from '../../service.ts';

interface Deps {
  readonly logger: Pick<Logger, 'warn'>;
  /** What one piece of work may take altogether. */
  readonly budgetMs: number;
}

/**
 * Single flight per key within this process. A piece of work keeps the trace of whoever started it
 * but not the deadline: others may be waiting with more time. Stopping waits for what runs.
 */
export const createSharedWork = ({ logger, budgetMs }: Deps): SharedWork & Part => {
  const running = new Map<string, Promise<unknown>>();
  const kickedOffAtMs = new Map<string, number>();

  const start = <R>(key: string, work: () => Promise<R>): Promise<R> => {
    const context = requestContext();
    const deadlineMs = performance.now() + budgetMs;
    const detached =
      context === undefined ? work() : runInRequest({ ...context, deadlineMs }, work);
    const flight = detached.finally(() => running.delete(key));
    running.set(key, flight);
    return flight;
  };

  return {
    name: 'wechat-ccs shared work',
    join: <R>(key: string, work: () => Promise<R>) =>
      // One key stands for one kind of work, so the result has its type.
      (running.get(key) as Promise<R> | undefined) ?? start(key, work),
    kickOff(key, pauseMs, work) {
      const lastMs = kickedOffAtMs.get(key) ?? -Infinity;
      if (running.has(key) || performance.now() - lastMs < pauseMs) return;
      kickedOffAtMs.set(key, performance.now());
      start(key, work).catch((error: unknown) => {
        logger.warn({ err: error }, 'work in the background failed');
      });
    },
    start: () => Promise.resolve(),
    async stop() {
      await Promise.allSettled(running.values());
    },
  };
};
