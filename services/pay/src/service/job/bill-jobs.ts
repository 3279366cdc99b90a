import { pay } from '@app/contracts';
import type { Clock } from '@app/kernel';
import { createProducer, createSweeper, createWorker } from '@app/queue';
import type { RedisPart } from '@app/redis';
import type { Host, Part } from '@app/runtime';
import { billReadyAtMs } from '../../domain/beijing-day.ts';
import { booksLookedAt, openTickets, reconciliationLate } from '../../metrics.ts';
import type { ReconciliationRepository } from '../../repository.ts';
import type { BillJobs } from '../../service.ts';
import type { Usecases } from '../../usecase.ts';

const SWEEP_EVERY_MS = 60_000;

interface Deps {
  readonly host: Host;
  readonly redis: RedisPart;
}

type BillProducer = ReturnType<typeof createProducer<typeof pay.queues.bills>>;

/** Says "look at this day now". When Redis cannot take it the sweeper will. */
export const createBillJobs = ({
  host,
  redis,
}: Deps): BillJobs & { readonly producer: BillProducer } => {
  const producer = createProducer(host, redis, pay.queues.bills);
  return {
    producer,
    async processDay(day) {
      await producer.ensure(`bill-${day}`, { day }).catch((error: unknown) => {
        host.logger.warn({ err: error, day }, 'a job was not taken, the sweeper will make it');
      });
    },
  };
};

interface WorkDeps extends Deps {
  readonly usecases: Pick<Usecases, 'wantBills' | 'processBills'>;
  readonly producer: BillProducer;
  readonly books: Pick<ReconciliationRepository, 'backlog'>;
  readonly clock: Clock;
  readonly sweepEveryMs?: number;
}

/** Every day at 10:30 in Beijing, and whenever the sweeper finds a day that is due. */
export const createBillWork = async (deps: WorkDeps): Promise<readonly Part[]> => {
  const { host, redis, usecases, producer, books, clock } = deps;
  await producer.every('daily', { cron: '30 10 * * *', timeZone: 'Asia/Shanghai' }, {});

  const measure = async (): Promise<void> => {
    const { openTickets: open, oldestDay } = await books.backlog();
    const lateMs = oldestDay === null ? 0 : clock.nowMs() - billReadyAtMs(oldestDay);
    openTickets.set(open);
    reconciliationLate.set(Math.max(0, lateMs / 1000));
    booksLookedAt.set(Date.now() / 1000);
  };

  return [
    producer,
    createWorker(host, redis, pay.queues.bills, async ({ day }) => {
      await (day === undefined ? usecases.wantBills({}) : usecases.processBills({ day }));
    }),
    createSweeper(host, redis, {
      service: 'pay',
      name: 'bills',
      everyMs: deps.sweepEveryMs ?? SWEEP_EVERY_MS,
      async sweep() {
        await usecases.wantBills({});
        await measure();
        // A day that waits is not lost work: nobody needs to hear of it here.
        return 0;
      },
    }),
  ];
};
