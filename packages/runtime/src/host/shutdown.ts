import type { Logger } from '../logging/logger.ts';
import type { Bus } from './broker.ts';
import type { InFlight } from './node-runtime.ts';
import type { Part } from './types.ts';

export interface ShutdownDeps {
  readonly logger: Logger;
  readonly timeoutMs: number;
  readonly bus: Bus;
  readonly inFlight: InFlight;
  readonly workers: () => readonly Part[];
  readonly stores: () => readonly Part[];
  readonly isStarted: (part: Part) => boolean;
  readonly isBusStarted: () => boolean;
  /** Flushes traces and logs. */
  readonly finish: () => Promise<void>;
}

// After the farewell a caller may still have a request on its way to us: we stay until nothing
// has come for this long. Far more than a packet takes, far less than anybody would notice.
const QUIET_MS = 300;
const POLL_MS = 20;
// What is kept of the time for flushing traces and logs.
const FINISH_MS = 1_500;

/**
 * The order of a graceful stop: leave the registry (nobody sends us anything new), let workers and
 * requests finish side by side, then the bus, then the stores they needed, then the logs. A step
 * that takes too long is named in the log and left behind.
 */
export const createShutdown = (deps: ShutdownDeps) => async (): Promise<void> => {
  const { logger, bus, inFlight, timeoutMs } = deps;
  const startedMs = performance.now();
  const finishMs = Math.min(FINISH_MS, timeoutMs / 4);
  const remainingMs = (): number =>
    Math.max(startedMs + timeoutMs - finishMs - performance.now(), 50);
  const step = (name: string, work: Promise<void>): Promise<void> =>
    attempt(name, work, remainingMs(), logger);
  const stop = (part: Part): Promise<void> =>
    deps.isStarted(part) ? step(part.name, part.stop()) : Promise.resolve();

  if (deps.isBusStarted()) {
    await step('leave', leave(bus));
    await Promise.all([...deps.workers().map(stop), step('drain', drain(inFlight, remainingMs))]);
    await step('bus', bus.broker.stop());
  }
  await Promise.all(deps.stores().map(stop));
  logger.info({ durationMs: Math.round(performance.now() - startedMs) }, 'stopped');
  await attempt('flush', deps.finish(), finishMs, logger);
};

const leave = async ({ discoverer, link }: Bus): Promise<void> => {
  await discoverer.leave();
  if (link.connected) await link.flush(1_000);
};

const drain = async (inFlight: InFlight, remainingMs: () => number): Promise<void> => {
  let quietSinceMs = performance.now();
  let total = inFlight.total;
  while (remainingMs() > 100) {
    const nowMs = performance.now();
    if (inFlight.count > 0 || inFlight.total !== total) quietSinceMs = nowMs;
    if (nowMs - quietSinceMs >= QUIET_MS) return;
    total = inFlight.total;
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  if (inFlight.count > 0) throw new Error(`${inFlight.count} requests were not finished in time`);
};

const attempt = async (
  name: string,
  work: Promise<void>,
  timeoutMs: number,
  logger: Logger,
): Promise<void> => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      reject(new Error(`did not stop within ${Math.round(timeoutMs)} ms`));
    }, timeoutMs);
  });
  try {
    await Promise.race([work, late]);
  } catch (error) {
    logger.error({ err: error, part: name }, 'could not stop cleanly');
  } finally {
    clearTimeout(timer);
  }
};
