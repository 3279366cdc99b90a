import type { Clock } from '@app/kernel';
import { applyNews, isStuck } from '../domain/refund.ts';
import type { RefundRepository } from '../repository.ts';
import type { NoticeReader, PayAlarms } from '../service.ts';
import type { Usecases } from '../usecase.ts';

interface Deps {
  readonly notices: NoticeReader;
  readonly refunds: RefundRepository;
  readonly alarms: PayAlarms;
  readonly clock: Clock;
}

export const createReceiveRefundNotice =
  ({ notices, refunds, alarms, clock }: Deps): Usecases['receiveRefundNotice'] =>
  async (notice) => {
    const news = await notices.readRefund(notice);
    // Set by the last run of the change, which is the one that commits.
    const seen = { wasStuck: false };
    const refund = await refunds.update(news.refundNo, (current) => {
      seen.wasStuck = isStuck(current);
      return applyNews(current, news, clock.nowMs());
    });
    if (isStuck(refund) && !seen.wasStuck) alarms.abnormalRefund(refund.refundNo);
    const isSame = refund.amountFen === news.amountFen && refund.orderNo === news.orderNo;
    if (!isSame) alarms.mismatch(refund.orderNo, 'refund', 'notice');
  };
