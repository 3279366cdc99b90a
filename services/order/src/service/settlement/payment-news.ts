import type { Clock } from '@app/kernel';
import { close, unchanged, type Order } from '../../domain/order.ts';
import { automaticRefundNumber } from '../../domain/order-number.ts';
import { settlePayment } from '../../domain/settle-payment.ts';
import { orderError } from '../../errors.ts';
import type { OrderRepository } from '../../repository.ts';
import type { PaymentNews, Payments, PaymentState } from '../../service.ts';

interface Deps {
  readonly orders: Pick<OrderRepository, 'find' | 'update'>;
  readonly payments: Pick<Payments, 'find' | 'close'>;
  readonly clock: Clock;
  /** Told when pay could not be asked on behalf of a reader. */
  readonly onSilence: (error: unknown) => void;
}

type Reason = Parameters<PaymentNews['close']>[1];

export const createPaymentNews = ({ orders, payments, clock, onSilence }: Deps): PaymentNews => {
  const settle: PaymentNews['settle'] = (orderNo, payment, scope) =>
    orders.update(
      orderNo,
      (order) =>
        settlePayment(order, payment, {
          nowMs: clock.nowMs(),
          lateRefundNo: automaticRefundNumber(orderNo, 'late'),
        }),
      scope === undefined ? {} : { scope },
    );

  /** While it is pending; `mayClose` is asked under the lock. */
  const closeIf = (
    orderNo: string,
    reason: Reason,
    { mayClose, mayStillPay }: { mayClose: (order: Order) => boolean; mayStillPay: boolean },
  ) =>
    orders.update(orderNo, (order) =>
      order.status === 'pending_payment' && mayClose(order)
        ? close(order, reason, { nowMs: clock.nowMs(), mayStillPay })
        : unchanged(order),
    );

  const applyClosed = async (orderNo: string, reason: Reason, state: PaymentState) => {
    if (state.kind === 'paid') return settle(orderNo, state);
    // A payment that pay has closed stays closed; one it never heard of may still be on its way there.
    const mayStillPay = state.kind === 'none';
    return closeIf(orderNo, reason, { mayClose: () => true, mayStillPay });
  };

  return {
    settle,
    async ask(order) {
      const state = await payments.find(order.orderNo).catch((error: unknown) => {
        onSilence(error);
        return { kind: 'pending' } as const;
      });
      return state.kind === 'paid' ? settle(order.orderNo, state) : order;
    },
    async close(orderNo, reason) {
      // Whoever asks pay for a prepay marks the order first: without the mark nobody can have paid,
      // and under the lock nobody begins.
      const order = await closeIf(orderNo, reason, {
        mayClose: ({ payStartedAtMs }) => payStartedAtMs === null,
        mayStillPay: false,
      });
      if (order.status !== 'pending_payment') return order;
      const state = await payments.close(orderNo);
      if (state.kind === 'pending')
        throw orderError('ORDER_ILLEGAL_TRANSITION', { data: { orderNo, state: state.kind } });
      return applyClosed(orderNo, reason, state);
    },
  };
};
