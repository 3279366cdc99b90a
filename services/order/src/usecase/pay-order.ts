import { isError, type Clock } from '@app/kernel';
import { startPayment, unchanged, type Order } from '../domain/order.ts';
import { nextStatus } from '../domain/order-state.ts';
import { orderError } from '../errors.ts';
import type { OrderRepository } from '../repository.ts';
import type { PaymentNews, Payments, People } from '../service.ts';
import type { Usecases } from '../usecase.ts';

interface Deps {
  readonly orders: Pick<OrderRepository, 'find' | 'update'>;
  readonly people: Pick<People, 'openid'>;
  readonly payments: Pick<Payments, 'createPrepay' | 'close'>;
  readonly news: Pick<PaymentNews, 'ask'>;
  readonly clock: Clock;
}

const TITLE_MAX = 40;

/** What the buyer reads in WeChat; at most 127 characters there. */
const describe = ({ items }: Order): string => {
  const title = Array.from(items[0]?.title ?? '')
    .slice(0, TITLE_MAX)
    .join('');
  return items.length > 1 ? `${title} 等 ${items.length} 件商品` : title;
};

const refused = ({ orderNo, status }: Order, event = 'pay') =>
  orderError('ORDER_ILLEGAL_TRANSITION', { data: { orderNo, status, event } });

/**
 * The order is marked before `pay` is asked and looked at again afterwards: an order that is closed
 * in between either sees the mark, or is seen here. Money that comes nevertheless goes back.
 */
export const createPayOrder = (deps: Deps): Usecases['payOrder'] => {
  const { orders, people, payments, news, clock } = deps;

  const mark = (order: Order): Promise<Order> =>
    order.payStartedAtMs !== null
      ? Promise.resolve(order)
      : orders.update(order.orderNo, (current) =>
          current.status === 'pending_payment'
            ? startPayment(current, clock.nowMs())
            : unchanged(current),
        );

  const prepay = async (order: Order, openid: string) => {
    const { orderNo, payableFen: totalFen, expiresAtMs } = order;
    try {
      const description = describe(order);
      return await payments.createPrepay({ orderNo, openid, totalFen, description, expiresAtMs });
    } catch (error) {
      if (!isError(error, 'PAYMENT_ILLEGAL_TRANSITION')) throw error;
      throw refused(await news.ask(order));
    }
  };

  return async ({ userId, orderNo }) => {
    const order = await orders.find(orderNo);
    if (order?.userId !== userId) throw orderError('ORDER_NOT_FOUND', { data: { orderNo } });
    nextStatus(order.status, 'pay');
    if (clock.nowMs() >= order.expiresAtMs) throw refused(order, 'pay_after_deadline');
    const openid = await people.openid(userId);
    if (openid === null) throw orderError('ORDER_PAYER_UNKNOWN');
    const marked = await mark(order);
    nextStatus(marked.status, 'pay');
    const params = await prepay(marked, openid);
    const after = await orders.find(orderNo);
    if (after?.status === 'closed') {
      // The follow-up of the closing would do it too; this way nobody can pay even for a moment.
      await payments.close(orderNo).catch(() => undefined);
      throw refused(after);
    }
    return params;
  };
};
