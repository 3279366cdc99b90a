import { isError, type Clock } from '@app/kernel';
import { noteLateMoney, type OrderChange } from '../domain/order.ts';
import { finishRefund } from '../domain/refund.ts';
import type { OrderRepository } from '../repository.ts';
import type { OrderAlarms, PaymentNews } from '../service.ts';
import type { Usecases } from '../usecase.ts';

/** Payments of others than orders are none of our business. */
const ifOurs = async (work: Promise<unknown>): Promise<void> => {
  try {
    await work;
  } catch (error) {
    if (!isError(error, 'ORDER_NOT_FOUND')) throw error;
  }
};

export const createReceivePayment =
  ({ news }: { readonly news: Pick<PaymentNews, 'settle'> }): Usecases['receivePayment'] =>
  ({ orderNo, totalFen, transactionId, paidAtMs }, scope) =>
    ifOurs(news.settle(orderNo, { totalFen, transactionId, paidAtMs }, scope));

interface Deps {
  readonly orders: Pick<OrderRepository, 'update'>;
  readonly alarms: Pick<OrderAlarms, 'abnormalRefund'>;
  readonly clock: Clock;
}

/** `pay` gives this money back without being asked; the order stays closed and says why. */
export const createReceiveLateMoney =
  ({ orders }: Pick<Deps, 'orders'>): Usecases['receiveLateMoney'] =>
  ({ orderNo, totalFen }, scope) =>
    ifOurs(
      orders.update(orderNo, (order): OrderChange => noteLateMoney(order, totalFen), { scope }),
    );

export const createReceiveRefund =
  ({ orders, alarms, clock }: Deps): Usecases['receiveRefund'] =>
  async ({ orderNo, refundNo, outcome }, scope) => {
    await ifOurs(
      orders.update(orderNo, (order) => finishRefund(order, { refundNo, outcome }, clock.nowMs()), {
        scope,
      }),
    );
    if (outcome === 'abnormal') alarms.abnormalRefund(orderNo, refundNo);
  };
