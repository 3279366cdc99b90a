import { order } from '@app/contracts';
import type { Clock } from '@app/kernel';
import { createProducer, createSweeper, createWorker } from '@app/queue';
import type { RedisPart } from '@app/redis';
import type { Host, Part } from '@app/runtime';
import type { FollowUpRepository } from '../../repository.ts';
import type { OrderJobs } from '../../service.ts';
import type { Usecases } from '../../usecase.ts';

/** Jobs look at whole seconds: one for all orders whose time is up in the same one. */
const GRAIN_MS = 1000;
/** Remembered seconds that have their job; an hour of deadlines. */
const SECONDS_MAX = 3600;
/** What is this late has no job any more. */
const LATE_MS = 3000;
const BATCH = 500;

interface Deps {
  readonly host: Host;
  readonly redis: RedisPart;
  readonly clock: Clock;
}

interface WorkDeps {
  readonly usecases: Pick<Usecases, 'runDue' | 'runFollowUps'>;
  readonly followUps: Pick<FollowUpRepository, 'listDue'>;
  readonly sweepEveryMs: number;
}

export interface OrderWork {
  readonly jobs: OrderJobs;
  readonly parts: (deps: WorkDeps) => readonly Part[];
}

/** The queues, their workers, and the sweepers that make again what Redis lost. */
export const createOrderWork = ({ host, redis, clock }: Deps): OrderWork => {
  const dueProducer = createProducer(host, redis, order.queues.due);
  const followUpProducer = createProducer(host, redis, order.queues.followUp);
  const seconds = new Set<number>();
  const lost = (error: unknown): void => {
    host.logger.warn({ err: error }, 'a job was not taken, the sweeper will find its row');
  };

  const due: OrderJobs['due'] = (atMs) => {
    const dueAtMs = Math.ceil(atMs / GRAIN_MS) * GRAIN_MS;
    if (seconds.has(dueAtMs)) return;
    const [oldest] = seconds;
    if (seconds.size >= SECONDS_MAX && oldest !== undefined) seconds.delete(oldest);
    seconds.add(dueAtMs);
    const delayMs = Math.max(0, dueAtMs - clock.nowMs());
    dueProducer
      .add(`due-${dueAtMs / GRAIN_MS}`, { dueAtMs }, { delayMs })
      .catch((error: unknown) => {
        seconds.delete(dueAtMs);
        lost(error);
      });
  };

  const followUp: OrderJobs['followUp'] = ({ id, orderId, lane }, turn, delayMs) => {
    followUpProducer
      .add(`follow-up-${id}-${turn}`, { orderId, lane }, { delayMs: Math.max(0, delayMs) })
      .catch(lost);
  };

  const parts = ({ usecases, followUps, sweepEveryMs }: WorkDeps): readonly Part[] => [
    dueProducer,
    followUpProducer,
    createWorker(host, redis, order.queues.due, async () => {
      await usecases.runDue();
    }),
    createWorker(host, redis, order.queues.followUp, ({ orderId, lane }) =>
      usecases.runFollowUps({ orderId, lane }),
    ),
    createSweeper(host, redis, {
      service: order.name,
      name: 'due-orders',
      everyMs: sweepEveryMs,
      sweep: () => usecases.runDue({ lateMs: LATE_MS }),
    }),
    createSweeper(host, redis, {
      service: order.name,
      name: 'follow-ups',
      everyMs: sweepEveryMs,
      async sweep() {
        const late = await followUps.listDue(clock.nowMs() - LATE_MS, BATCH);
        const made = await Promise.all(
          late.map(({ id, orderId, lane }) =>
            followUpProducer.ensure(`follow-up-${id}-late`, { orderId, lane }),
          ),
        );
        return made.filter(Boolean).length;
      },
    }),
  ];
  return { jobs: { due, followUp }, parts };
};
