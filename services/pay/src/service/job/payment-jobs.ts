import { pay } from '@app/contracts';
import { createProducer, createSweeper, createWorker } from '@app/queue';
import type { RedisPart } from '@app/redis';
import type { Clock } from '@app/kernel';
import type { Host, Part } from '@app/runtime';
import type { PaymentRepository, RefundRepository } from '../../repository.ts';
import type { PaymentJobs } from '../../service.ts';
import type { Usecases } from '../../usecase.ts';

const SWEEP_EVERY_MS = 15_000;
/** A job that is this late is not coming. */
const LATE_MS = 5000;
const BATCH = 500;

interface Deps {
  readonly host: Host;
  readonly redis: RedisPart;
}

/** Says "look at this row then". When Redis cannot take it the sweeper will. */
export const createPaymentJobs = ({
  host,
  redis,
}: Deps): PaymentJobs & { readonly parts: readonly Part[]; readonly producers: Producers } => {
  const payments = createProducer(host, redis, pay.queues.paymentQuery);
  const refunds = createProducer(host, redis, pay.queues.refundProcess);
  const lost = (error: unknown): void => {
    host.logger.warn({ err: error }, 'a job was not taken, the sweeper will make it');
  };
  return {
    parts: [payments, refunds],
    producers: { payments, refunds },
    async queryPayment(orderNo, turn, delayMs) {
      const jobId = `payment-${orderNo}-${turn}`;
      await payments.ensure(jobId, { orderNo }, { delayMs: Math.max(0, delayMs) }).catch(lost);
    },
    async processRefund(refundNo, turn, delayMs) {
      const jobId = `refund-${refundNo}-${turn}`;
      await refunds.ensure(jobId, { refundNo }, { delayMs: Math.max(0, delayMs) }).catch(lost);
    },
  };
};

export interface Producers {
  readonly payments: ReturnType<typeof createProducer<typeof pay.queues.paymentQuery>>;
  readonly refunds: ReturnType<typeof createProducer<typeof pay.queues.refundProcess>>;
}

interface WorkDeps extends Deps {
  readonly usecases: Pick<Usecases, 'queryPayment' | 'processRefund'>;
  readonly producers: Producers;
  readonly payments: PaymentRepository;
  readonly refunds: RefundRepository;
  readonly clock: Clock;
  readonly sweepEveryMs?: number;
}

/** The workers, and the sweepers that make again what Redis lost. */
export const createPaymentWork = (deps: WorkDeps): readonly Part[] => {
  const { host, redis, usecases, producers, payments, refunds, clock } = deps;
  const everyMs = deps.sweepEveryMs ?? SWEEP_EVERY_MS;
  const sweep = async (
    listDue: (untilMs: number, limit: number) => Promise<readonly string[]>,
    ensure: (id: string) => Promise<boolean>,
  ): Promise<number> => {
    const due = await listDue(clock.nowMs() - LATE_MS, BATCH);
    const made = await Promise.all(due.map(ensure));
    return made.filter(Boolean).length;
  };
  return [
    createWorker(host, redis, pay.queues.paymentQuery, ({ orderNo }) =>
      usecases.queryPayment({ orderNo }),
    ),
    createWorker(host, redis, pay.queues.refundProcess, ({ refundNo }) =>
      usecases.processRefund({ refundNo }),
    ),
    createSweeper(host, redis, {
      service: 'pay',
      name: 'payments',
      everyMs,
      sweep: () =>
        sweep(payments.listDue, (orderNo) =>
          producers.payments.ensure(`payment-${orderNo}-late`, { orderNo }),
        ),
    }),
    createSweeper(host, redis, {
      service: 'pay',
      name: 'refunds',
      everyMs,
      sweep: () =>
        sweep(refunds.listDue, (refundNo) =>
          producers.refunds.ensure(`refund-${refundNo}-late`, { refundNo }),
        ),
    }),
  ];
};
