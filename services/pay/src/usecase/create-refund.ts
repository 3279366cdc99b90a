import type { Clock } from '@app/kernel';
import { leftFen, type Payment } from '../domain/payment.ts';
import { isSameRefund, openRefund, type Refund } from '../domain/refund.ts';
import { toRefundView } from '../domain/views.ts';
import { payError } from '../errors.ts';
import type { RefundRepository } from '../repository.ts';
import type { PaymentJobs } from '../service.ts';
import type { Usecases } from '../usecase.ts';

interface Deps {
  readonly refunds: RefundRepository;
  readonly jobs: PaymentJobs;
  readonly clock: Clock;
  /** WeChat wants a minute between two refunds of one order (reference: Pay, 9). */
  readonly refundGapMs: number;
}

export const createCreateRefund =
  ({ refunds, jobs, clock, refundGapMs }: Deps): Usecases['createRefund'] =>
  async (request) => {
    const { refundNo, orderNo, amountFen } = request;
    const lastMs = await refunds.lastActAtMs(orderNo);
    const actAtMs = Math.max(clock.nowMs(), lastMs === null ? 0 : lastMs + refundGapMs);

    const decide = (payment: Payment, existing: Refund | undefined): Refund | undefined => {
      if (existing !== undefined) {
        if (isSameRefund(existing, request)) return undefined;
        throw payError('REFUND_CHANGED', { data: { refundNo } });
      }
      // Late money goes back by itself; when WeChat gives that refund up, an operator asks again.
      if (payment.state !== 'paid' && payment.state !== 'paid_late')
        throw payError('PAYMENT_ILLEGAL_TRANSITION', { data: { orderNo, state: payment.state } });
      if (amountFen > leftFen(payment))
        throw payError('REFUND_EXCEEDS_PAID', { data: { leftFen: leftFen(payment) } });
      return openRefund(request, payment.totalFen, { cause: 'requested', actAtMs });
    };

    const refund = await refunds.request(refundNo, orderNo, decide);
    if (refund.actAtMs !== null)
      await jobs.processRefund(refundNo, refund.attempts, refund.actAtMs - clock.nowMs());
    return toRefundView(refund);
  };
