import type { AnyQueue } from '@app/contracts';
import type { Part } from '@app/runtime';
import { Worker, type Job, type WorkerOptions } from 'bullmq';
import { unavailable, within } from './bounded.ts';
import type { Envelope } from './envelope.ts';
import { createJobRunner, type JobHandler, type WorkerHost } from './job-runner.ts';
import { deadJobs, stalledJobs } from './metrics.ts';
import { openQueue, type QueueRedis } from './shared-queue.ts';

export interface CreateWorkerOptions {
  /** How long `stop` waits for running jobs; default 20 000. What is not done then runs elsewhere. */
  readonly stopTimeoutMs?: number;
  /** A job whose worker did not renew its lock for so long belongs to whoever asks; default 20 000. */
  readonly lockMs?: number;
  /** How often workers look for such jobs; default 10 000. */
  readonly stalledCheckEveryMs?: number;
}

const START_TIMEOUT_MS = 3000;

/** Runs the jobs of one queue, as many at a time as the contract says. */
export const createWorker = <Queue extends AnyQueue>(
  host: WorkerHost,
  redis: QueueRedis,
  definition: Queue,
  handle: JobHandler<Queue>,
  options: CreateWorkerOptions = {},
): Part => {
  const { name } = definition;
  const shared = openQueue(host, redis, definition);
  const run = createJobRunner(host, definition, handle);
  let worker: Worker<Envelope, void> | undefined;
  let running = 0;

  // Three parameters: only then BullMQ passes the signal.
  const processor = async (job: Job<Envelope, void>, _token?: string, signal?: AbortSignal) => {
    running += 1;
    try {
      await run(job, signal ?? new AbortController().signal);
    } finally {
      running -= 1;
    }
  };

  return {
    name: `worker ${name}`,
    async start() {
      worker = new Worker<Envelope, void>(name, processor, {
        ...workerOptions(definition, options),
        connection: redis.queueClient(),
        prefix: shared.prefix,
        name: host.nodeId,
      });
      report(worker, host, definition);
      worker.run().catch((error: unknown) => {
        host.logger.error({ queue: name, err: error }, 'worker ended');
      });
      await shared.waitUntilConnected(START_TIMEOUT_MS);
    },
    async stop() {
      const current = worker;
      worker = undefined;
      if (current !== undefined) {
        // Without Redis a polite goodbye would wait for its return; with nothing in hand none is due.
        const closing = current.close(running === 0 && !shared.isConnected());
        const late = (): Error => unavailable('late');
        await within(options.stopTimeoutMs ?? 20_000, closing, late).catch(() => {
          host.logger.warn({ queue: name, running }, 'worker stopped before its jobs were done');
          current.cancelAllJobs('the worker stops');
        });
      }
      await shared.close();
    },
    async check() {
      if (worker?.isRunning() !== true) throw new Error(`the worker of ${name} does not run`);
      if (!shared.isConnected())
        throw new Error(`the worker of ${name} has no connection to Redis`);
      return Promise.resolve();
    },
  };
};

const workerOptions = (
  definition: AnyQueue,
  { lockMs = 20_000, stalledCheckEveryMs = 10_000 }: CreateWorkerOptions,
): Omit<WorkerOptions, 'connection'> => ({
  autorun: false,
  concurrency: definition.concurrency,
  lockDuration: lockMs,
  stalledInterval: stalledCheckEveryMs,
  // A job that kills its process would go round for ever: a stall counts like an attempt.
  maxStalledCount: definition.attemptsMax,
  // Also how soon a blocking connection that died silently is noticed; an idle poll costs nothing.
  drainDelay: 2,
  // BullMQ's 15 s would be half of an outage more.
  runRetryDelay: 1000,
});

const report = (worker: Worker<Envelope, void>, host: WorkerHost, { name }: AnyQueue): void => {
  worker.on('failed', (job, error) => {
    // BullMQ sets finishedOn only when no attempt follows.
    if (job !== undefined && job.finishedOn === undefined) return;
    deadJobs.inc({ queue: name });
    const fields = { queue: name, jobId: job?.id, attempts: job?.attemptsMade, err: error };
    host.logger.error(fields, 'job is dead, look at it and at the row it was made from');
  });
  worker.on('stalled', (jobId) => {
    stalledJobs.inc({ queue: name });
    host.logger.warn({ queue: name, jobId }, 'job taken over from a worker that vanished');
  });
  worker.on('error', (error) => {
    host.logger.warn({ queue: name, err: error }, 'worker could not reach Redis or report a job');
  });
};
