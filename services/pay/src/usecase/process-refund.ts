import { isError, type Clock } from '@app/kernel';
import {
  applyNews,
  isOverdue,
  isStuck,
  lookAgain,
  type Refund,
  type RefundNews,
} from '../domain/refund.ts';
import { isUpstreamFailure, payError } from '../errors.ts';
import type { RefundRepository } from '../repository.ts';
import type { PayAlarms, PaymentJobs, WechatPay } from '../service.ts';
import type { Usecases } from '../usecase.ts';

interface Deps {
  readonly refunds: RefundRepository;
  readonly wechatPay: WechatPay;
  readonly jobs: PaymentJobs;
  readonly alarms: PayAlarms;
  readonly clock: Clock;
}

interface Found {
  readonly news?: RefundNews | undefined;
  readonly pauseMs?: number;
}

/**
 * One step of a refund. It is asked for before it is sent, also the first time: after a crash or an
 * answer that got lost it may be there. The number stays the same, so that sending twice is once.
 */
export const createProcessRefund = ({
  refunds,
  wechatPay,
  jobs,
  alarms,
  clock,
}: Deps): Usecases['processRefund'] => {
  const step = async (refund: Refund): Promise<Found> => {
    try {
      const known = await wechatPay.findRefund(refund.refundNo);
      if (known !== undefined) return { news: known };
      const outcome = await wechatPay.createRefund(refund);
      if (outcome.kind === 'news') return { news: outcome.news };
      const { code, pauseMs } = outcome;
      if (isOverdue(refund)) {
        const rejected = payError('UPSTREAM_WECHAT_PAY_REJECTED', { data: { code } });
        alarms.rejectedRefund(refund.refundNo, rejected);
      }
      return { pauseMs };
    } catch (error) {
      if (!isUpstreamFailure(error)) throw error;
      if (isError(error, 'UPSTREAM_WECHAT_PAY_REJECTED'))
        alarms.rejectedRefund(refund.refundNo, error);
      return {};
    }
  };

  return async ({ refundNo }) => {
    const refund = await refunds.find(refundNo);
    const actAtMs = refund?.actAtMs ?? Infinity;
    if (refund === undefined || actAtMs > clock.nowMs()) return;
    const { news, pauseMs } = await step(refund);
    const stored = await refunds.update(refundNo, (current) => {
      if (current.actAtMs === null) return current;
      const next = news === undefined ? current : applyNews(current, news, clock.nowMs());
      return next === current ? lookAgain(current, clock.nowMs(), pauseMs) : next;
    });
    if (isStuck(stored) && !isStuck(refund)) alarms.abnormalRefund(refundNo);
    if (stored.actAtMs !== null)
      await jobs.processRefund(refundNo, stored.attempts, stored.actAtMs - clock.nowMs());
  };
};
