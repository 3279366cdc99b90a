import { assert, type Clock } from '@app/kernel';
import type { Order } from '../domain/order.ts';
import { refundNumber } from '../domain/order-number.ts';
import { requestRefund } from '../domain/refund.ts';
import { toRefundView } from '../domain/views.ts';
import { orderError } from '../errors.ts';
import type { OrderRepository } from '../repository.ts';
import type { Usecases } from '../usecase.ts';

interface Deps {
  readonly orders: Pick<OrderRepository, 'update'>;
  readonly clock: Clock;
}

export const createRequestRefund =
  ({ orders, clock }: Deps): Usecases['requestRefund'] =>
  async ({ userId, orderNo, amountFen, reason, operation }) => {
    const refundNo = refundNumber(operation.operationId);
    const toResult = ({ refunds }: Order) => {
      const refund = refunds.find((one) => one.refundNo === refundNo);
      assert(refund !== undefined, 'a change that was accepted has the refund');
      return toRefundView(refund);
    };
    const after = await orders.update(
      orderNo,
      (order) => {
        if (order.userId !== userId) throw orderError('ORDER_NOT_FOUND', { data: { orderNo } });
        return requestRefund(order, { refundNo, amountFen, reason }, clock.nowMs());
      },
      { operation, toResult },
    );
    return toResult(after);
  };
