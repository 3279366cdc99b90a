import type { Order } from '../domain/order.ts';
import { toAdminOrderView, toOrderView } from '../domain/views.ts';
import { orderError } from '../errors.ts';
import type { OrderRepository } from '../repository.ts';
import type { PaymentNews } from '../service.ts';
import type { Usecases } from '../usecase.ts';

interface Deps {
  readonly orders: Pick<OrderRepository, 'find'>;
  readonly news: Pick<PaymentNews, 'ask'>;
}

/**
 * A buyer who comes back from paying need not wait for the notification; a `pay` that is down or
 * slow is no reason not to show the order.
 */
export const createGetMyOrder =
  ({ orders, news }: Deps): Usecases['getMyOrder'] =>
  async ({ userId, orderNo }) => {
    const order = await orders.find(orderNo);
    if (order?.userId !== userId) throw orderError('ORDER_NOT_FOUND', { data: { orderNo } });
    const mayBePaid = order.status === 'pending_payment' && order.payStartedAtMs !== null;
    return toOrderView(mayBePaid ? await news.ask(order) : order);
  };

export const createGetOrder =
  ({ orders }: Pick<Deps, 'orders'>): Usecases['getOrder'] =>
  async ({ orderNo }) => {
    const order: Order | undefined = await orders.find(orderNo);
    if (order === undefined) throw orderError('ORDER_NOT_FOUND', { data: { orderNo } });
    return toAdminOrderView(order);
  };
