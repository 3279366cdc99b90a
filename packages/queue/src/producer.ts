import { SpanKind } from '@opentelemetry/api';
import type { AnyQueue, PayloadOf } from '@app/contracts';
import { assert } from '@app/kernel';
import { withSpan, type Part } from '@app/runtime';
import { createPayloadCheck, seal } from './envelope.ts';
import { jobOptions } from './job-options.ts';
import { checkId } from './names.ts';
import { keepSchedule, type Rhythm, type Schedule } from './schedules.ts';
import { openQueue, type JobQueue, type QueueHost, type QueueRedis } from './shared-queue.ts';

export interface AddOptions {
  /** Not before this many milliseconds from now; default 0. */
  readonly delayMs?: number;
}

/**
 * Puts jobs into a queue. Every method validates first (a TypeError is a bug of the caller) and
 * throws SERVICE_UNAVAILABLE within two seconds when Redis cannot take the job: the row that the job
 * is derived from is the truth, and the sweeper makes the job again.
 */
export interface Producer<Queue extends AnyQueue> extends Part {
  /**
   * Adds a job. The same id again changes nothing while the first one is known: waiting, running,
   * done within the last hour, or dead.
   * @param jobId `<noun>-<businessId>`, never digits only, never with a colon
   */
  add(jobId: string, payload: PayloadOf<Queue>, options?: AddOptions): Promise<void>;
  /**
   * For sweepers: makes sure that the job is on its way. A job that is done or dead although its
   * row says that there is work is made again. `true` when it had to be made.
   */
  ensure(jobId: string, payload: PayloadOf<Queue>, options?: AddOptions): Promise<boolean>;
  /** Takes a job back. `false` when it was not there, is running already, or has ended. */
  remove(jobId: string): Promise<boolean>;
  /**
   * Declares a job that comes again and again, once for all nodes. The declaration is kept: after
   * Redis was wiped, or was away just now, the schedule is made again within half a minute.
   */
  every(scheduleId: string, rhythm: Rhythm, payload: PayloadOf<Queue>): Promise<void>;
  /**
   * Takes a schedule back, and its next job with it. A node that still declares it makes it again:
   * every node must be told.
   */
  cease(scheduleId: string): Promise<void>;
}

/** How long a lost schedule may stay lost. */
const KEEP_SCHEDULES_EVERY_MS = 30_000;
const START_TIMEOUT_MS = 3000;

export interface ProducerOptions {
  /** How often declared schedules are looked after; shorter only in tests. */
  readonly keepSchedulesEveryMs?: number;
}

export const createProducer = <Queue extends AnyQueue>(
  host: QueueHost,
  redis: QueueRedis,
  definition: Queue,
  options: ProducerOptions = {},
): Producer<Queue> => {
  const shared = openQueue(host, redis, definition);
  const checkPayload = createPayloadCheck(definition);
  const defaults = jobOptions(definition);
  const schedules = new Map<string, Schedule>();
  let keeper: NodeJS.Timeout | undefined;

  const traced = <T>(operation: string, jobId: string, work: (queue: JobQueue) => Promise<T>) =>
    withSpan(
      `${operation} ${definition.name}`,
      () => ({
        'messaging.system': 'bullmq',
        'messaging.destination.name': definition.name,
        'messaging.operation.name': operation,
        'messaging.message.id': jobId,
      }),
      () => shared.use(work),
      { kind: SpanKind.PRODUCER },
    );

  const put = async (
    queue: JobQueue,
    jobId: string,
    payload: unknown,
    delayMs: number,
  ): Promise<void> => {
    await queue.add(definition.name, seal(payload), { ...defaults, jobId, delay: delayMs });
  };

  const checked = (jobId: string, payload: unknown, { delayMs = 0 }: AddOptions) => {
    checkId('job id', jobId);
    assert(
      Number.isSafeInteger(delayMs) && delayMs >= 0,
      `delayMs must be 0 or more, got ${delayMs}`,
    );
    return { payload: checkPayload(payload), delayMs };
  };

  const keepSchedules = async (): Promise<void> => {
    for (const schedule of schedules.values()) {
      try {
        await shared.use((queue) => keepSchedule(queue, schedule, defaults));
      } catch (error) {
        const fields = { queue: definition.name, schedule: schedule.id, err: error };
        host.logger.warn(fields, 'schedule could not be stored, trying again');
      }
    }
  };

  return {
    name: `producer ${definition.name}`,
    async start() {
      await shared.waitUntilConnected(START_TIMEOUT_MS);
      await keepSchedules();
      keeper = setInterval(
        () => void keepSchedules(),
        options.keepSchedulesEveryMs ?? KEEP_SCHEDULES_EVERY_MS,
      );
      keeper.unref();
    },
    async stop() {
      clearInterval(keeper);
      await shared.close();
    },
    async check() {
      await shared.use((queue) => queue.getJobCounts('waiting'));
    },
    async add(jobId, payload, addOptions = {}) {
      const job = checked(jobId, payload, addOptions);
      await traced('add', jobId, (queue) => put(queue, jobId, job.payload, job.delayMs));
    },
    async ensure(jobId, payload, addOptions = {}) {
      const job = checked(jobId, payload, addOptions);
      return traced('ensure', jobId, async (queue) => {
        const state = await queue.getJobState(jobId);
        // Two nodes may come here at once: removing spares a running job, adding keeps the first.
        if (state === 'completed' || state === 'failed') await queue.remove(jobId);
        else if (state !== 'unknown') return false;
        await put(queue, jobId, job.payload, job.delayMs);
        return true;
      });
    },
    async remove(jobId) {
      checkId('job id', jobId);
      return traced('remove', jobId, async (queue) => {
        const state = await queue.getJobState(jobId);
        const isToCome = state === 'waiting' || state === 'delayed' || state === 'prioritized';
        return isToCome && (await queue.remove(jobId)) === 1;
      });
    },
    async every(scheduleId, rhythm, payload) {
      checkId('schedule id', scheduleId);
      checkRhythm(rhythm);
      schedules.set(scheduleId, { id: scheduleId, rhythm, payload: checkPayload(payload) });
      if (keeper !== undefined) await keepSchedules();
    },
    async cease(scheduleId) {
      checkId('schedule id', scheduleId);
      schedules.delete(scheduleId);
      await shared.use((queue) => queue.removeJobScheduler(scheduleId));
    },
  };
};

const checkRhythm = (rhythm: Rhythm): void => {
  if ('everyMs' in rhythm) {
    const { everyMs } = rhythm;
    assert(
      Number.isSafeInteger(everyMs) && everyMs > 0,
      `everyMs must be positive, got ${everyMs}`,
    );
  } else {
    const fields = rhythm.cron.trim().split(/\s+/).length;
    assert(
      fields === 5 || fields === 6,
      `a cron pattern has 5 or 6 fields, got ${JSON.stringify(rhythm.cron)}`,
    );
  }
};
