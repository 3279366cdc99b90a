import type { Clock } from '@app/kernel';
import { requestContext, runInRequest, type Logger } from '@app/runtime';

export interface SharedWorkDeps {
  readonly logger: Pick<Logger, 'warn'>;
  readonly clock: Clock;
  /** What one piece of work may take altogether. */
  readonly budgetMs: number;
}

/** Work that several requests wait for at once, and that must outlive each of them. */
export interface SharedWork {
  /** Joins the work under way for this key, or starts it. Its time is its own, not that of who came first. */
  join<R>(key: string, work: () => Promise<R>): Promise<R>;
  /** Starts it with nobody waiting, unless it runs or was begun within the last `pauseMs`. Failures are logged. */
  kickOff(key: string, pauseMs: number, work: () => Promise<unknown>): void;
  /** Resolves when nothing runs any more. */
  settle(): Promise<void>;
}

/**
 * Single flight per key within this process. A piece of work keeps the trace of whoever started it
 * but not the deadline: others may be waiting with more time.
 */
export const createSharedWork = ({ logger, clock, budgetMs }: SharedWorkDeps): SharedWork => {
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
    join: <R>(key: string, work: () => Promise<R>) =>
      // One key stands for one kind of work, so the result has its type.
      (running.get(key) as Promise<R> | undefined) ?? start(key, work),
    kickOff(key, pauseMs, work) {
      const nowMs = clock.nowMs();
      const sinceLastMs = nowMs - (kickedOffAtMs.get(key) ?? -Infinity);
      // A clock that was set back must not stop the work for as long as it was ahead.
      if (running.has(key) || (sinceLastMs >= 0 && sinceLastMs < pauseMs)) return;
      kickedOffAtMs.set(key, nowMs);
      start(key, work).catch((error: unknown) => {
        logger.warn({ err: error }, 'work in the background failed');
      });
    },
    async settle() {
      await Promise.allSettled(running.values());
    },
  };
};
