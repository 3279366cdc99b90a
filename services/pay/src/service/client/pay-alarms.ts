import type { Logger } from '@app/runtime';
import { abnormalRefunds, billFailures, mismatches, rejectedRefunds } from '../../metrics.ts';
import type { PayAlarms } from '../../service.ts';

/** A log line for the people who look into it, and a count for the rule that calls them. */
export const createPayAlarms = (logger: Pick<Logger, 'error'>): PayAlarms => ({
  mismatch(orderNo, what, source) {
    mismatches.inc({ what });
    logger.error({ orderNo, what, source }, 'news of a payment do not fit it and had no effect');
  },
  rejectedRefund(refundNo, error) {
    rejectedRefunds.inc();
    logger.error({ refundNo, err: error }, 'WeChat Pay does not accept a refund');
  },
  abnormalRefund(refundNo) {
    abnormalRefunds.inc();
    logger.error({ refundNo }, 'a refund is abnormal: the account of the payer does not take it');
  },
  billFailed(day, error) {
    const { data } = error as { data?: { reason?: string } };
    billFailures.inc({ reason: data?.reason ?? 'rejected' });
    logger.error({ day, err: error }, 'a bill could not be fetched or read, trying again');
  },
  differences(day, open, unexplainedFen) {
    logger.error({ day, open, unexplainedFen }, 'the bill of a day differs from our books');
  },
});
