import { assert } from '@app/kernel';
import { approveRefund, rejectRefund } from '../domain/refund.ts';
import { toRefundView } from '../domain/views.ts';
import type { OrderRepository } from '../repository.ts';
import type { Usecases } from '../usecase.ts';

interface Deps {
  readonly orders: Pick<OrderRepository, 'update'>;
}

export const createDecideRefund =
  ({ orders }: Deps): Usecases['decideRefund'] =>
  async ({ orderNo, refundNo, returned = [], verdict }) => {
    const { refunds } = await orders.update(orderNo, (order) =>
      verdict === 'approve'
        ? approveRefund(order, refundNo, returned)
        : rejectRefund(order, refundNo),
    );
    const refund = refunds.find((one) => one.refundNo === refundNo);
    assert(refund !== undefined, 'a refund that was decided is there');
    return toRefundView(refund);
  };
