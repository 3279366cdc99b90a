import type { Clock } from '@app/kernel';
import {
  isSameRequest,
  openPayment,
  queryPauseMs,
  usablePrepay,
  withPrepay,
  type Payment,
  type PaymentRequest,
} from '../domain/payment.ts';
import { payError } from '../errors.ts';
import type { PaymentRepository } from '../repository.ts';
import type { PaymentJobs, SettlePayment, WechatPay } from '../service.ts';
import type { Usecases } from '../usecase.ts';

interface Deps {
  readonly payments: PaymentRepository;
  readonly wechatPay: WechatPay;
  readonly jobs: PaymentJobs;
  readonly settle: SettlePayment;
  readonly clock: Clock;
}

/**
 * The row is there before WeChat is asked, with the time of the first query on it: whatever crashes
 * from here on, somebody looks after what may have been paid.
 */
export const createCreatePrepay = ({
  payments,
  wechatPay,
  jobs,
  settle,
  clock,
}: Deps): Usecases['createPrepay'] => {
  const open = async (request: PaymentRequest): Promise<Payment> => {
    const payment = openPayment(request, wechatPay.mchid, clock.nowMs());
    if (await payments.insert(payment)) {
      await jobs.queryPayment(request.orderNo, 0, queryPauseMs(0));
      return payment;
    }
    const existing = await payments.find(request.orderNo);
    if (existing === undefined) throw payError('PAYMENT_NOT_FOUND');
    if (isSameRequest(existing, request)) return existing;
    throw payError('PAYMENT_CHANGED', { data: { orderNo: request.orderNo } });
  };

  const notPayable = (orderNo: string, state: string) =>
    payError('PAYMENT_ILLEGAL_TRANSITION', { data: { orderNo, state } });

  const prepayOf = async (payment: Payment): Promise<string> => {
    const present = usablePrepay(payment, clock.nowMs());
    if (present !== undefined) return present;
    const outcome = await wechatPay.createPrepay(payment);
    if (outcome.kind === 'settled') {
      const settled = await settle.ask(payment.orderNo);
      throw notPayable(payment.orderNo, settled.state);
    }
    const { prepayId } = outcome;
    const stored = await payments.update(payment.orderNo, (current) => ({
      next: current.state === 'pending' ? withPrepay(current, prepayId, clock.nowMs()) : current,
    }));
    if (stored.state !== 'pending') throw notPayable(payment.orderNo, stored.state);
    return prepayId;
  };

  return async (request) => {
    const payment = await open(request);
    if (payment.state !== 'pending') throw notPayable(payment.orderNo, payment.state);
    if (clock.nowMs() >= payment.expiresAtMs) throw notPayable(payment.orderNo, 'expired');
    return wechatPay.signCashier(payment.appId, await prepayOf(payment));
  };
};
