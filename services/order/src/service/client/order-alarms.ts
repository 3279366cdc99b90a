import type { Logger } from '@app/runtime';
import { orderAlarms } from '../../metrics.ts';
import type { OrderAlarms } from '../../service.ts';

/** A counter that alerts are made of, and a line that says which order. */
export const createOrderAlarms = (logger: Pick<Logger, 'error' | 'warn'>): OrderAlarms => ({
  followUpRefused(orderNo, kind, error) {
    orderAlarms.inc({ alarm: 'follow_up_refused' });
    logger.error({ orderNo, kind, err: error }, 'a neighbour refused what follows from an order');
  },
  followUpStuck(orderNo, kind, error) {
    orderAlarms.inc({ alarm: 'follow_up_stuck' });
    logger.error({ orderNo, kind, err: error }, 'a neighbour has not been told for an hour');
  },
  abnormalRefund(orderNo, refundNo) {
    orderAlarms.inc({ alarm: 'abnormal_refund' });
    logger.error({ orderNo, refundNo }, 'the account of the payer does not take a refund');
  },
  dueFailed(orderNo, error) {
    orderAlarms.inc({ alarm: 'due_failed' });
    logger.warn({ orderNo, err: error }, 'an order whose time is up stays for now');
  },
});
