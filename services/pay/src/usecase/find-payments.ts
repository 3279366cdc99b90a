import { toPaymentView } from '../domain/views.ts';
import type { PaymentBooks } from '../repository.ts';
import type { Usecases } from '../usecase.ts';

interface Deps {
  readonly books: PaymentBooks;
}

export const createFindPayments =
  ({ books }: Deps): Usecases['findPayments'] =>
  async ({ orderNos }) => {
    const found = await books.findAll(orderNos);
    return {
      items: found.map(({ payment, refunds }) => ({
        ...toPaymentView(payment),
        updatedAtMs: payment.updatedAtMs,
        refunds: refunds.map(({ refundNo, amountFen, state, cause, updatedAtMs }) => ({
          ...{ refundNo, amountFen, state, cause, updatedAtMs },
        })),
      })),
    };
  };
