import type { FactConnection } from './connection.ts';
import { factMetrics } from './metrics.ts';
import type { Names } from './streams.ts';

const FIRST_AFTER_MS = 500;
const EVERY_MS = 10_000;

/**
 * Keeps the lag gauges fresh by asking the server: a consumer that hangs would not report itself.
 */
export const createLagMeter = (
  names: Names,
  connection: () => FactConnection | undefined,
  consumers: () => Iterable<string>,
) => {
  let timer: NodeJS.Timeout | undefined;
  const measure = async (consumer: string): Promise<void> => {
    const jsm = connection()?.jsm;
    if (jsm === undefined) return;
    const [facts, replays] = await Promise.all([
      jsm.consumers.info(names.facts, consumer),
      jsm.consumers.info(names.replay, consumer),
    ]);
    const lag = [facts, replays].reduce(
      (sum, info) => sum + info.num_pending + info.num_ack_pending,
      0,
    );
    if (timer !== undefined) factMetrics.lag.set({ consumer }, lag);
  };
  const measureAll = async (): Promise<void> => {
    // A consumer that is not there (not started, being re-created) keeps its last value.
    for (const consumer of consumers()) await measure(consumer).catch(() => undefined);
    if (timer !== undefined) schedule(EVERY_MS);
  };
  const schedule = (ms: number): void => {
    timer = setTimeout(() => void measureAll(), ms);
    timer.unref();
  };
  return {
    start(): void {
      schedule(FIRST_AFTER_MS);
    },
    stop(): void {
      clearTimeout(timer);
      timer = undefined;
    },
  };
};
