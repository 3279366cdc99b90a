import { toRefundView } from '../domain/views.ts';
import { payError } from '../errors.ts';
import type { RefundRepository } from '../repository.ts';
import type { Usecases } from '../usecase.ts';

interface Deps {
  readonly refunds: RefundRepository;
}

export const createFindRefund =
  ({ refunds }: Deps): Usecases['findRefund'] =>
  async ({ refundNo }) => {
    const refund = await refunds.find(refundNo);
    if (refund === undefined) throw payError('REFUND_NOT_FOUND', { data: { refundNo } });
    return toRefundView(refund);
  };
