import type { AnyQueue } from '@app/contracts';
import type { DefaultJobOptions } from 'bullmq';

const HOUR_S = 3600;

/**
 * How jobs of a queue are tried and kept. Exponential back-off from the contract's base, spread over
 * its upper half so that jobs that failed together do not come back together.
 *
 * Done jobs stay an hour (1 000 at most): long enough to look at, and a replay within it is known.
 * Dead ones stay two weeks (5 000 at most) for whoever has to find out why.
 */
export const jobOptions = (queue: AnyQueue): DefaultJobOptions => ({
  attempts: queue.attemptsMax,
  backoff: { type: 'exponential', delay: queue.backoffMs, jitter: 0.5 },
  removeOnComplete: { age: HOUR_S, count: 1000 },
  removeOnFail: { age: 14 * 24 * HOUR_S, count: 5000 },
  stackTraceLimit: 10,
  keepLogs: 50,
  // A payload is ids and moments; what is larger belongs in a row.
  sizeLimit: 64 * 1024,
});
