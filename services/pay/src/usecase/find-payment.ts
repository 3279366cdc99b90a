import { isUpstreamFailure } from '../errors.ts';
import { toPaymentView } from '../domain/views.ts';
import { payError } from '../errors.ts';
import type { PaymentRepository } from '../repository.ts';
import type { SettlePayment } from '../service.ts';
import type { Usecases } from '../usecase.ts';

interface Deps {
  readonly payments: PaymentRepository;
  readonly settle: SettlePayment;
}

/** A buyer who comes back should not wait for the notification; a WeChat that is down is no reason to fail. */
export const createFindPayment =
  ({ payments, settle }: Deps): Usecases['findPayment'] =>
  async ({ orderNo, refresh = false }) => {
    const payment = await payments.find(orderNo);
    if (payment === undefined) throw payError('PAYMENT_NOT_FOUND', { data: { orderNo } });
    if (!refresh || payment.state !== 'pending') return toPaymentView(payment);
    const asked = await settle.ask(orderNo).catch((error: unknown) => {
      if (isUpstreamFailure(error)) return payment;
      throw error;
    });
    return toPaymentView(asked);
  };
