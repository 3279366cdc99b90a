import { randomBytes } from 'node:crypto';
import { parameterError, PayError } from './errors.ts';
import { readNotifyUrl, toBeijingTime, type Reader } from './fields.ts';
import type { PayMerchant, PayOrder, PayRefund } from './model.ts';
import type { Notifier } from './notifier.ts';
import type { OrderBook } from './orders.ts';

const OUT_REFUND_NO = /^[0-9A-Za-z_\-|*@]{1,64}$/;
const WINDOW_MS = 365 * 86_400_000;
const REASON_BYTES_MAX = 80;

export interface RefundBook {
  /** `POST /v3/refund/domestic/refunds`, body read strictly. */
  create(merchant: PayMerchant, body: Reader): object;
  find(mchid: string, outRefundNo: string): PayRefund | undefined;
  list(): readonly PayRefund[];
  clear(): void;
}

interface Deps {
  readonly nowMs: () => number;
  readonly notifier: Pick<Notifier, 'send' | 'at'>;
  readonly orders: OrderBook;
  readonly findMerchant: (mchid: string) => PayMerchant | undefined;
}

/** The refund as its creation and its query show it (reference 9). */
export const refundView = (refund: PayRefund): object => ({
  refund_id: refund.refundId,
  out_refund_no: refund.outRefundNo,
  transaction_id: refund.transactionId,
  out_trade_no: refund.outTradeNo,
  channel: 'ORIGINAL',
  user_received_account: '支付用户零钱',
  create_time: toBeijingTime(refund.createdAtMs),
  ...(refund.successAtMs === undefined ? {} : { success_time: toBeijingTime(refund.successAtMs) }),
  status: refund.status,
  funds_account: 'AVAILABLE',
  amount: {
    total: refund.totalFen,
    refund: refund.refundFen,
    from: [],
    payer_total: refund.totalFen,
    payer_refund: refund.refundFen,
    settlement_refund: refund.refundFen,
    settlement_total: refund.totalFen,
    discount_refund: 0,
    currency: 'CNY',
    refund_fee: 0,
  },
  promotion_detail: [],
});

interface RefundRequest {
  readonly order: PayOrder;
  readonly transactionId: string;
  readonly paidAtMs: number;
  readonly outRefundNo: string;
  readonly refundFen: number;
  readonly notifyUrl: string | undefined;
  readonly fingerprint: string;
}

export const createRefundBook = ({ nowMs, notifier, orders, findMerchant }: Deps): RefundBook => {
  const refunds = new Map<string, PayRefund>();
  const keyOf = (mchid: string, outRefundNo: string): string => `${mchid} ${outRefundNo}`;
  const ofOrder = ({ mchid, outTradeNo }: PayOrder): readonly PayRefund[] =>
    [...refunds.values()].filter((one) => one.mchid === mchid && one.outTradeNo === outTradeNo);

  const tell = (refund: PayRefund): void => {
    const merchant = findMerchant(refund.mchid);
    if (merchant === undefined || refund.notifyUrl === undefined) return;
    const { status, successAtMs } = refund;
    notifier.send(merchant, {
      url: refund.notifyUrl,
      eventType: `REFUND.${status}`,
      originalType: 'refund',
      summary: `退款${status === 'SUCCESS' ? '成功' : status === 'CLOSED' ? '关闭' : '异常'}`,
      about: refund.outRefundNo,
      content: {
        mchid: refund.mchid,
        transaction_id: refund.transactionId,
        out_trade_no: refund.outTradeNo,
        refund_id: refund.refundId,
        out_refund_no: refund.outRefundNo,
        refund_status: status,
        ...(successAtMs === undefined ? {} : { success_time: toBeijingTime(successAtMs) }),
        user_received_account: '支付用户零钱',
        amount: {
          total: refund.totalFen,
          refund: refund.refundFen,
          payer_total: refund.totalFen,
          payer_refund: refund.refundFen,
        },
      },
    });
  };

  /** Time decides: asked about late, a refund is as final as if somebody had watched. */
  const current = (refund: PayRefund | undefined): PayRefund | undefined => {
    if (refund?.status === 'PROCESSING' && nowMs() >= refund.finalAtMs) {
      refund.status = refund.result;
      if (refund.result === 'SUCCESS') refund.successAtMs = refund.finalAtMs;
      tell(refund);
    }
    return refund;
  };

  const findOrder = (mchid: string, body: Reader): PayOrder => {
    const transactionId = body.optionalText('transaction_id', { max: 32 });
    const outTradeNo = body.optionalText('out_trade_no', { min: 6, max: 32 });
    if ((transactionId === undefined) === (outTradeNo === undefined))
      throw parameterError('transaction_id', '与 out_trade_no 二选一');
    const order =
      transactionId === undefined
        ? orders.find(mchid, outTradeNo ?? '')
        : orders.findByTransaction(mchid, transactionId);
    if (order?.paidAtMs === undefined)
      throw new PayError(404, 'RESOURCE_NOT_EXISTS', '订单不存在或未支付');
    return order;
  };

  const read = (merchant: PayMerchant, body: Reader): RefundRequest => {
    const order = findOrder(merchant.config.mchid, body);
    const outRefundNo = body.text('out_refund_no', { max: 64, pattern: OUT_REFUND_NO });
    const reason = body.optionalText('reason', { max: REASON_BYTES_MAX });
    if (Buffer.byteLength(reason ?? '') > REASON_BYTES_MAX)
      throw parameterError('reason', '超过 80 字节');
    const notifyUrl = readNotifyUrl(body, 256);
    const account = body.optionalText('funds_account', { max: 32 });
    if (account !== undefined && !['AVAILABLE', 'UNSETTLED'].includes(account))
      throw parameterError('funds_account', '不在取值范围内');
    body.optionalList('goods_detail');
    const amount = body.object('amount');
    const refundFen = amount.integer('refund', { min: 1 });
    const totalFen = amount.integer('total', { min: 1 });
    if (amount.text('currency', { max: 16 }) !== 'CNY')
      throw parameterError('amount.currency', '只支持 CNY');
    amount.optionalList('from');
    amount.end();
    body.end();
    if (totalFen !== order.totalFen)
      throw new PayError(400, 'INVALID_REQUEST', '订单金额与原订单不一致');
    return {
      order,
      transactionId: order.transactionId ?? '',
      paidAtMs: order.paidAtMs ?? 0,
      outRefundNo,
      refundFen,
      notifyUrl,
      fingerprint: JSON.stringify([order.outTradeNo, refundFen, totalFen, reason, notifyUrl]),
    };
  };

  const checkRules = (
    { order, paidAtMs, refundFen }: RefundRequest,
    merchant: PayMerchant,
  ): void => {
    const { settings } = merchant;
    const invalid = (issue: string): PayError => new PayError(400, 'INVALID_REQUEST', issue);
    const earlier = ofOrder(order).map((one) => current(one) ?? one);
    const counted = earlier.filter(({ status }) => status !== 'CLOSED');
    if (nowMs() - paidAtMs > WINDOW_MS) throw invalid('订单已超过一年，不能退款');
    if (earlier.length >= settings.refundsPerOrderMax) throw invalid('单个订单退款次数超过限制');
    const lastMs = Math.max(0, ...earlier.map(({ createdAtMs }) => createdAtMs));
    if (nowMs() - lastMs < settings.refundGapSeconds * 1000)
      throw invalid('同一订单两次退款需间隔一分钟');
    const before = counted.reduce((sum, one) => sum + one.refundFen, 0);
    if (before + refundFen > order.totalFen) throw invalid('退款金额超过可退金额');
    if (settings.balanceFen !== null && settings.balanceFen < refundFen)
      throw new PayError(403, 'NOT_ENOUGH', '余额不足');
  };

  const accept = (request: RefundRequest, merchant: PayMerchant): PayRefund => {
    const { order, transactionId, outRefundNo, refundFen, notifyUrl, fingerprint } = request;
    const { settings } = merchant;
    const now = nowMs();
    const refund: PayRefund = {
      mchid: order.mchid,
      refundId: `5${Array.from(randomBytes(27), (byte) => byte % 10).join('')}`,
      outRefundNo,
      outTradeNo: order.outTradeNo,
      transactionId,
      refundFen,
      totalFen: order.totalFen,
      notifyUrl,
      fingerprint,
      createdAtMs: now,
      finalAtMs: now + settings.refundDelayMs,
      result: settings.refundResult,
      status: 'PROCESSING',
      successAtMs: undefined,
    };
    refunds.set(keyOf(order.mchid, outRefundNo), refund);
    order.state = 'REFUND';
    if (settings.balanceFen !== null)
      merchant.settings = { ...settings, balanceFen: settings.balanceFen - refundFen };
    notifier.at(refund.finalAtMs, () => {
      current(refund);
    });
    return refund;
  };

  return {
    create(merchant, body) {
      const request = read(merchant, body);
      const present = current(refunds.get(keyOf(merchant.config.mchid, request.outRefundNo)));
      if (present !== undefined) {
        if (present.fingerprint === request.fingerprint) return refundView(present);
        throw new PayError(400, 'INVALID_REQUEST', '同一退款单号的参数与首次请求时不一致');
      }
      checkRules(request, merchant);
      const refund = accept(request, merchant);
      if (merchant.settings.refundLimitedButAccepted)
        throw new PayError(429, 'FREQUENCY_LIMITED', '频率超限');
      return refundView(refund);
    },
    find: (mchid, outRefundNo) => current(refunds.get(keyOf(mchid, outRefundNo))),
    list: () => [...refunds.values()].map((refund) => current(refund) ?? refund),
    clear: () => {
      refunds.clear();
    },
  };
};
