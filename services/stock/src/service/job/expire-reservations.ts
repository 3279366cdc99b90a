import { stock } from '@app/contracts';
import type { Clock } from '@app/kernel';
import { createProducer, createSweeper, createWorker } from '@app/queue';
import type { RedisPart } from '@app/redis';
import type { Host, Part } from '@app/runtime';
import type { ExpirySchedule } from '../../service.ts';
import type { Usecases } from '../../usecase.ts';

/** Jobs look at whole seconds: one for all reservations that end in the same one. */
const GRAIN_MS = 1000;
/** Remembered seconds that have their job; an hour of deadlines. */
const SECONDS_MAX = 3600;

interface Deps {
  readonly add: (jobId: string, dueAtMs: number, delayMs: number) => Promise<void>;
  readonly clock: Clock;
  readonly onLost: (error: unknown) => void;
}

/**
 * One job per second in which something ends, not one per reservation: the job only says "look now",
 * and whoever looks finds all that is due. A busy second would else cost Redis thousands of jobs.
 */
export const createExpirySchedule = ({ add, clock, onLost }: Deps): ExpirySchedule => {
  const scheduled = new Set<number>();
  return {
    schedule: (expiresAtMs) => {
      const dueAtMs = Math.ceil(expiresAtMs / GRAIN_MS) * GRAIN_MS;
      const delayMs = dueAtMs - clock.nowMs();
      if (delayMs < 0 || scheduled.has(dueAtMs)) return;
      const [oldest] = scheduled;
      if (scheduled.size >= SECONDS_MAX && oldest !== undefined) scheduled.delete(oldest);
      scheduled.add(dueAtMs);
      add(`due-${dueAtMs / GRAIN_MS}`, dueAtMs, delayMs).catch((error: unknown) => {
        scheduled.delete(dueAtMs);
        onLost(error);
      });
    },
  };
};

interface Jobs {
  readonly schedule: ExpirySchedule;
  readonly parts: (expireDue: Usecases['expireDue']) => readonly Part[];
}

export const createExpiryJobs = (
  host: Host,
  redis: RedisPart,
  { sweepEveryMs }: { readonly sweepEveryMs: number },
): Jobs => {
  const queue = stock.queues.expiry;
  const producer = createProducer(host, redis, queue);
  const schedule = createExpirySchedule({
    add: (jobId, dueAtMs, delayMs) => producer.add(jobId, { dueAtMs }, { delayMs }),
    clock: host.clock,
    onLost: (error) => {
      host.logger.warn({ err: error }, 'an expiry has no job, the sweeper will find it');
    },
  });
  return {
    schedule,
    parts: (expireDue) => [
      producer,
      createWorker(host, redis, queue, async () => {
        await expireDue();
      }),
      createSweeper(host, redis, {
        service: stock.name,
        name: 'expired-reservations',
        everyMs: sweepEveryMs,
        sweep: () => expireDue(),
      }),
    ],
  };
};
