import type { Clock } from '@app/kernel';
import { afterQuery } from '../domain/payment.ts';
import { isUpstreamFailure } from '../errors.ts';
import type { PaymentRepository } from '../repository.ts';
import type { PaymentJobs, SettlePayment } from '../service.ts';
import type { Usecases } from '../usecase.ts';

interface Deps {
  readonly payments: PaymentRepository;
  readonly settle: SettlePayment;
  readonly jobs: PaymentJobs;
  readonly clock: Clock;
}

/** Asks as long as nobody knows. A WeChat that is down costs this turn, and the next one comes later. */
export const createQueryPayment =
  ({ payments, settle, jobs, clock }: Deps): Usecases['queryPayment'] =>
  async ({ orderNo }) => {
    const payment = await payments.find(orderNo);
    const isDue = payment?.queryAtMs !== null && (payment?.queryAtMs ?? 0) <= clock.nowMs();
    if (payment?.state !== 'pending' || !isDue) return;
    try {
      await settle.ask(orderNo);
    } catch (error) {
      if (!isUpstreamFailure(error)) throw error;
    }
    const { queryAtMs, queries } = await payments.update(orderNo, (current) => ({
      next: current.state === 'pending' ? afterQuery(current, clock.nowMs()) : current,
    }));
    if (queryAtMs !== null) await jobs.queryPayment(orderNo, queries, queryAtMs - clock.nowMs());
  };
