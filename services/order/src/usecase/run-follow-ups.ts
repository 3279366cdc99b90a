import { assert, assertNever, isError, type Clock } from '@app/kernel';
import { retryPauseMs, STUCK_AFTER_ATTEMPTS } from '../domain/follow-up.ts';
import { automaticRefundNumber } from '../domain/order-number.ts';
import { finishRefund, missStock } from '../domain/refund.ts';
import { isOneOf } from '../errors.ts';
import type {
  FollowUpRepository,
  OrderRepository,
  PendingFollowUp,
  TransactionScope,
} from '../repository.ts';
import type { OrderAlarms, OrderJobs, Payments, ShippingReports, Stock } from '../service.ts';
import type { Usecases } from '../usecase.ts';

interface Deps {
  readonly followUps: FollowUpRepository;
  readonly orders: Pick<OrderRepository, 'find' | 'update'>;
  readonly stock: Pick<Stock, 'commit' | 'release' | 'returnPieces'>;
  readonly payments: Pick<Payments, 'close' | 'createRefund'>;
  readonly shipping: ShippingReports;
  readonly jobs: Pick<OrderJobs, 'followUp'>;
  readonly alarms: OrderAlarms;
  readonly clock: Clock;
}

/** What the answer of the neighbour changes, in the transaction that ends the follow-up. */
type Effect = ((scope: TransactionScope) => Promise<unknown>) | undefined;

/** Answers that stay the same however often it is asked. */
const FINAL = [
  'STOCK_RESERVATION_NOT_FOUND',
  'STOCK_RESERVATION_MISMATCH',
  'STOCK_ILLEGAL_TRANSITION',
  'STOCK_RETURN_EXCEEDS_SOLD',
  'PAYMENT_NOT_FOUND',
  'PAYMENT_ILLEGAL_TRANSITION',
  'REFUND_EXCEEDS_PAID',
  'REFUND_CHANGED',
  'VALIDATION_FAILED',
  'WECHAT_APP_UNKNOWN',
  'WECHAT_SHIPPING_INVALID',
  'WECHAT_SHIPPING_ILLEGAL_STATE',
  'WECHAT_ORDER_OF_OTHER_USER',
];

export const createRunFollowUps = (deps: Deps): Usecases['runFollowUps'] => {
  const { followUps, orders, stock, payments, shipping, jobs, alarms, clock } = deps;

  const commitStock = async (orderNo: string): Promise<Effect> => {
    const outcome = await stock.commit(orderNo);
    if (outcome === 'committed') return undefined;
    const refundNo = automaticRefundNumber(orderNo, 'stock');
    return (scope) =>
      orders.update(orderNo, (order) => missStock(order, refundNo, clock.nowMs()), { scope });
  };

  const uploadShipping = async (orderNo: string): Promise<Effect> => {
    const order = await orders.find(orderNo);
    assert(order !== undefined, 'follow-ups belong to orders, which are never deleted');
    await shipping.upload(order).catch((error: unknown) => {
      // WeChat has complete information already and takes no other.
      if (!isError(error, 'WECHAT_SHIPPING_DONE')) throw error;
    });
    return undefined;
  };

  const tell = async ({ orderNo, followUp }: PendingFollowUp): Promise<Effect> => {
    switch (followUp.kind) {
      case 'commitStock':
        return commitStock(orderNo);
      case 'releaseStock':
        await stock.release(orderNo, followUp.reason);
        return undefined;
      case 'returnStock':
        await stock.returnPieces(orderNo, followUp.refundNo, followUp.lines);
        return undefined;
      case 'closePayment':
        // What it finds paid becomes a fact of pay's, which gives the money back.
        await payments.close(orderNo);
        return undefined;
      case 'createRefund': {
        const { refundNo, amountFen, reason } = followUp;
        await payments.createRefund({ refundNo, orderNo, amountFen, reason });
        return undefined;
      }
      case 'uploadShipping':
        return uploadShipping(orderNo);
      default:
        return assertNever(followUp);
    }
  };

  /** Refused for good: somebody must look, and the order must not wait for it for ever. */
  const giveUp = ({ orderNo, followUp }: PendingFollowUp, error: unknown): Effect => {
    alarms.followUpRefused(orderNo, followUp.kind, error);
    if (followUp.kind !== 'createRefund') return undefined;
    const news = { refundNo: followUp.refundNo, outcome: 'closed' } as const;
    return (scope) =>
      orders.update(orderNo, (order) => finishRefund(order, news, clock.nowMs()), { scope });
  };

  const later = async (pending: PendingFollowUp, error: unknown): Promise<void> => {
    const attempts = pending.attempts + 1;
    if (attempts % STUCK_AFTER_ATTEMPTS === 0)
      alarms.followUpStuck(pending.orderNo, pending.followUp.kind, error);
    const pauseMs = retryPauseMs(attempts);
    await followUps.retryLater(pending, clock.nowMs() + pauseMs);
    jobs.followUp(pending, attempts, pauseMs);
  };

  /** True when the next one may go. */
  const step = async (pending: PendingFollowUp): Promise<boolean> => {
    let effect: Effect;
    try {
      effect = await tell(pending);
    } catch (error) {
      if (!isOneOf(error, FINAL)) {
        await later(pending, error);
        return false;
      }
      effect = giveUp(pending, error);
    }
    await followUps.finish(pending, effect);
    return true;
  };

  return async ({ orderId, lane }) => {
    for (;;) {
      const pending = await followUps.first(orderId, lane);
      if (pending === undefined || pending.dueAtMs > clock.nowMs()) return;
      if (!(await step(pending))) return;
    }
  };
};
