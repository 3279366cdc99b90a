import { payError } from '../errors.ts';
import type { Payment } from '../domain/payment.ts';
import { toPaymentView } from '../domain/views.ts';
import type { PaymentRepository } from '../repository.ts';
import type { SettlePayment, WechatPay } from '../service.ts';
import type { Usecases } from '../usecase.ts';

interface Deps {
  readonly payments: PaymentRepository;
  readonly wechatPay: WechatPay;
  readonly settle: SettlePayment;
}

/** Ask, close, and when it was paid in between, ask again: the answer is what WeChat holds. */
export const createClosePayment = ({
  payments,
  wechatPay,
  settle,
}: Deps): Usecases['closePayment'] => {
  const closed = (payment: Payment) =>
    settle.apply(
      {
        mchid: payment.mchid,
        appId: payment.appId,
        orderNo: payment.orderNo,
        state: 'closed',
        transactionId: null,
        totalFen: null,
        currency: null,
        openid: null,
        paidAtMs: null,
      },
      'close',
    );

  return async ({ orderNo }) => {
    const payment = await payments.find(orderNo);
    if (payment === undefined) throw payError('PAYMENT_NOT_FOUND', { data: { orderNo } });
    if (payment.state !== 'pending') return toPaymentView(payment);
    const asked = await settle.ask(orderNo);
    if (asked.state !== 'pending') return toPaymentView(asked);
    const outcome = await wechatPay.close(orderNo);
    return toPaymentView(outcome === 'closed' ? await closed(payment) : await settle.ask(orderNo));
  };
};
