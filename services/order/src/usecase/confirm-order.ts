import type { Clock } from '@app/kernel';
import { confirm } from '../domain/order.ts';
import { toOrderView } from '../domain/views.ts';
import { orderError } from '../errors.ts';
import type { OrderRepository } from '../repository.ts';
import type { Usecases } from '../usecase.ts';

interface Deps {
  readonly orders: Pick<OrderRepository, 'update'>;
  readonly clock: Clock;
}

export const createConfirmOrder =
  ({ orders, clock }: Deps): Usecases['confirmOrder'] =>
  async ({ userId, orderNo }) => {
    const after = await orders.update(orderNo, (order) => {
      if (order.userId !== userId) throw orderError('ORDER_NOT_FOUND', { data: { orderNo } });
      return confirm(order, 'buyer', clock.nowMs());
    });
    return toOrderView(after);
  };
