import type { Clock } from '@app/kernel';
import type { DomainError } from '@app/kernel';
import type { Payment } from '../../domain/payment.ts';
import type { Refund } from '../../domain/refund.ts';
import { payError } from '../../errors.ts';
import type { RefundOutcome, WechatPay } from '../../service.ts';
import { newNonce, signText, type MerchantIdentity } from './authorization.ts';
import { readRefundNews, readTransaction } from './wechat-pay-answers.ts';
import type { PayExchange, PayReply } from './wechat-pay-exchange.ts';

interface Deps {
  readonly exchange: Pick<PayExchange, 'send'>;
  readonly identity: MerchantIdentity;
  /** Without a trailing slash; `/payments` and `/refunds` are below it. */
  readonly notifyUrl: string;
  readonly clock: Clock;
}

const MINUTE_MS = 60_000;
const BEIJING_OFFSET_MS = 8 * 3_600_000;

/** Seconds with Beijing's offset, as the vendor writes times. */
const toWireTime = (ms: number): string =>
  `${new Date(ms + BEIJING_OFFSET_MS).toISOString().slice(0, 19)}+08:00`;

const rejected = (operation: string, { status, code, headers }: PayReply): DomainError =>
  payError('UPSTREAM_WECHAT_PAY_REJECTED', {
    message: `${operation}: WeChat Pay answered ${status} ${code}, request ${headers['request-id'] ?? 'unknown'}`,
    data: { status, code },
  });

const garbled = (operation: string): DomainError =>
  payError('UPSTREAM_WECHAT_PAY_UNAVAILABLE', {
    message: `${operation}: the answer cannot be read`,
    data: { reason: 'garbage' },
  });

/** Refusals of a refund that pass by themselves; for how long to wait. */
const refundPauses: Readonly<Record<string, number>> = {
  NOTENOUGH: 30 * MINUTE_MS,
  FREQUENCYLIMITED: MINUTE_MS,
  // Most often too soon after another refund of the order; who hears it again and again gives the alarm.
  INVALIDREQUEST: 2 * MINUTE_MS,
};

export const createWechatPayClient = (deps: Deps): WechatPay => {
  const { exchange, identity, notifyUrl, clock } = deps;
  const { mchid } = identity;
  const orderPath = (orderNo: string): string =>
    `/v3/pay/transactions/out-trade-no/${encodeURIComponent(orderNo)}`;

  const prepayBody = (payment: Payment): object => ({
    appid: payment.appId,
    mchid,
    description: payment.description,
    out_trade_no: payment.orderNo,
    time_expire: toWireTime(payment.expiresAtMs),
    notify_url: `${notifyUrl}/payments`,
    amount: { total: payment.totalFen, currency: 'CNY' },
    payer: { openid: payment.openid },
  });

  const refundBody = (refund: Refund): object => ({
    out_trade_no: refund.orderNo,
    out_refund_no: refund.refundNo,
    // An empty text is refused: what is not said is left out.
    ...(refund.reason === '' ? {} : { reason: refund.reason }),
    notify_url: `${notifyUrl}/refunds`,
    amount: { refund: refund.amountFen, total: refund.totalFen, currency: 'CNY' },
  });

  return {
    mchid,
    async createPrepay(payment) {
      const reply = await exchange.send({
        operation: 'prepay',
        reference: payment.orderNo,
        method: 'POST',
        target: '/v3/pay/transactions/jsapi',
        json: prepayBody(payment),
      });
      if (reply.code === 'ORDERPAID' || reply.code === 'ORDERCLOSED') return { kind: 'settled' };
      if (reply.code !== '') throw rejected('prepay', reply);
      const prepayId = reply.fields['prepay_id'];
      if (typeof prepayId !== 'string' || prepayId === '') throw garbled('prepay');
      return { kind: 'prepay', prepayId };
    },
    async findTransaction(orderNo) {
      const reply = await exchange.send({
        operation: 'query',
        reference: orderNo,
        method: 'GET',
        target: `${orderPath(orderNo)}?mchid=${mchid}`,
      });
      if (reply.code === 'ORDERNOTEXIST') return undefined;
      if (reply.code !== '') throw rejected('query', reply);
      const transaction = readTransaction(reply.fields);
      if (transaction === undefined) throw garbled('query');
      return transaction;
    },
    async close(orderNo) {
      const reply = await exchange.send({
        operation: 'close',
        reference: orderNo,
        method: 'POST',
        target: `${orderPath(orderNo)}/close`,
        json: { mchid },
      });
      if (reply.code === 'ORDERPAID') return 'paid';
      // Never created there, or closed already: nobody can pay it.
      if (['', 'ORDERNOTEXIST', 'ORDERCLOSED'].includes(reply.code)) return 'closed';
      throw rejected('close', reply);
    },
    async createRefund(refund): Promise<RefundOutcome> {
      const reply = await exchange.send({
        operation: 'refund',
        reference: refund.refundNo,
        method: 'POST',
        target: '/v3/refund/domestic/refunds',
        json: refundBody(refund),
      });
      const pauseMs = refundPauses[reply.code];
      if (pauseMs !== undefined) return { kind: 'later', code: reply.code, pauseMs };
      if (reply.code !== '') throw rejected('refund', reply);
      const news = readRefundNews(reply.fields);
      if (news === undefined) throw garbled('refund');
      return { kind: 'news', news };
    },
    async findRefund(refundNo) {
      const reply = await exchange.send({
        operation: 'refund-query',
        reference: refundNo,
        method: 'GET',
        target: `/v3/refund/domestic/refunds/${encodeURIComponent(refundNo)}`,
      });
      if (reply.code === 'RESOURCENOTEXISTS') return undefined;
      if (reply.code !== '') throw rejected('refund-query', reply);
      const news = readRefundNews(reply.fields);
      if (news === undefined) throw garbled('refund-query');
      return news;
    },
    signCashier(appId, prepayId) {
      const timeStamp = String(Math.floor(clock.nowMs() / 1000));
      const nonceStr = newNonce();
      const pack = `prepay_id=${prepayId}`;
      const paySign = signText(identity, `${appId}\n${timeStamp}\n${nonceStr}\n${pack}\n`);
      return { prepayId, timeStamp, nonceStr, package: pack, signType: 'RSA', paySign };
    },
  };
};
