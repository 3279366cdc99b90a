import { nextStatus } from '../domain/order-state.ts';
import { toOrderView } from '../domain/views.ts';
import { orderError } from '../errors.ts';
import type { OrderRepository } from '../repository.ts';
import type { PaymentNews } from '../service.ts';
import type { Usecases } from '../usecase.ts';

interface Deps {
  readonly orders: Pick<OrderRepository, 'find'>;
  readonly news: Pick<PaymentNews, 'close'>;
}

/** The same path as the deadline's. An order that turns out to be paid cannot be cancelled. */
export const createCancelOrder =
  ({ orders, news }: Deps): Usecases['cancelOrder'] =>
  async ({ userId, orderNo }) => {
    const order = await orders.find(orderNo);
    if (order?.userId !== userId) throw orderError('ORDER_NOT_FOUND', { data: { orderNo } });
    nextStatus(order.status, 'close');
    const after = await news.close(orderNo, 'cancelled');
    // Somebody else's closing, by the deadline or by the other thumb, is what was asked for.
    if (after.status !== 'closed') nextStatus(after.status, 'close');
    return toOrderView(after);
  };
