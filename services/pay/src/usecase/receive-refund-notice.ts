import type { Clock } from '@app/kernel';
import { applyNews } from '../domain/refund.ts';
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
    const refund = await refunds.update(news.refundNo, (current) =>
      applyNews(current, news, clock.nowMs()),
    );
    if (refund.state === 'abnormal') alarms.abnormalRefund(refund.refundNo);
    if (refund.amountFen !== news.amountFen) alarms.mismatch(refund.orderNo, 'refund', 'notice');
  };
