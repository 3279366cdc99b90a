import { assertNever, type Clock } from '@app/kernel';
import { retryPauseMs } from '../domain/follow-up.ts';
import { automaticRefundNumber } from '../domain/order-number.ts';
import { finishRefund, missStock } from '../domain/refund.ts';
import { isOneOf } from '../errors.ts';
import type {
  FollowUpRepository,
  OrderRepository,
  PendingFollowUp,
  TransactionScope,
} from '../repository.ts';
import type { OrderAlarms, OrderJobs, Payments, Stock } from '../service.ts';
import type { Usecases } from '../usecase.ts';

interface Deps {
  readonly followUps: FollowUpRepository;
  readonly orders: Pick<OrderRepository, 'update'>;
  readonly stock: Pick<Stock, 'commit' | 'release' | 'returnPieces'>;
  readonly payments: Pick<Payments, 'close' | 'createRefund'>;
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
];

export const createRunFollowUps = (deps: Deps): Usecases['runFollowUps'] => {
  const { followUps, orders, stock, payments, jobs, alarms, clock } = deps;

  const commitStock = async (orderNo: string): Promise<Effect> => {
    const outcome = await stock.commit(orderNo);
    if (outcome === 'committed') return undefined;
    const refundNo = automaticRefundNumber(orderNo, 'stock');
    return (scope) =>
      orders.update(orderNo, (order) => missStock(order, refundNo, clock.nowMs()), { scope });
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

  const later = async (pending: PendingFollowUp): Promise<void> => {
    const attempts = pending.attempts + 1;
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
        await later(pending);
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
