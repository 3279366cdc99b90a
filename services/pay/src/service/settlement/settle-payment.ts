import type { Clock } from '@app/kernel';
import { settle, type Mismatch, type Payment } from '../../domain/payment.ts';
import { lateRefundNo, openRefund } from '../../domain/refund.ts';
import { payError } from '../../errors.ts';
import { settlements } from '../../metrics.ts';
import type { PaymentChange, PaymentRepository } from '../../repository.ts';
import type { PayAlarms, PaymentJobs, SettlePayment, WechatPay } from '../../service.ts';

interface Deps {
  readonly payments: PaymentRepository;
  readonly wechatPay: WechatPay;
  readonly jobs: PaymentJobs;
  readonly alarms: PayAlarms;
  readonly clock: Clock;
}

/** Shown to the buyer in WeChat; at most 80 bytes. */
const LATE_REASON = '订单已关闭，款项自动退回';

const withLateRefund = (next: Payment, nowMs: number): PaymentChange => {
  const { orderNo, totalFen } = next;
  const request = {
    refundNo: lateRefundNo(orderNo),
    orderNo,
    amountFen: totalFen,
    reason: LATE_REASON,
  };
  return { next, refund: openRefund(request, totalFen, { cause: 'late_money', actAtMs: nowMs }) };
};

export const createSettlePayment = ({
  payments,
  wechatPay,
  jobs,
  alarms,
  clock,
}: Deps): SettlePayment => {
  const apply: SettlePayment['apply'] = async (transaction, source) => {
    const { orderNo } = transaction;
    // Set by the last run of the change, which is the one that commits.
    const seen: { mismatch: Mismatch | undefined; isLate: boolean; isChange: boolean } = {
      mismatch: undefined,
      isLate: false,
      isChange: false,
    };
    const payment = await payments.update(orderNo, (current) => {
      const settlement = settle(current, transaction);
      seen.mismatch = settlement.kind === 'mismatch' ? settlement.what : undefined;
      seen.isChange = settlement.kind === 'change';
      seen.isLate = settlement.kind === 'change' && settlement.next.state === 'paid_late';
      if (settlement.kind !== 'change') return { next: current };
      const { next } = settlement;
      return seen.isLate ? withLateRefund(next, clock.nowMs()) : { next };
    });
    if (seen.isChange) settlements.inc({ source, state: payment.state });
    if (seen.mismatch !== undefined) alarms.mismatch(orderNo, seen.mismatch, source);
    if (seen.isLate) await jobs.processRefund(lateRefundNo(orderNo), 0, 0);
    return payment;
  };

  return {
    apply,
    async ask(orderNo) {
      const transaction = await wechatPay.findTransaction(orderNo);
      if (transaction !== undefined) return apply(transaction, 'query');
      const payment = await payments.find(orderNo);
      if (payment === undefined) throw payError('PAYMENT_NOT_FOUND', { data: { orderNo } });
      return payment;
    },
  };
};
