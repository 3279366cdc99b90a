import { randomBytes } from 'node:crypto';
import { randomText } from '../random.ts';
import { parameterError, PayError } from './errors.ts';
import { beijingDay, readNotifyUrl, readTime, toBeijingTime, type Reader } from './fields.ts';
import type { PayMerchant, PayOrder } from './model.ts';
import type { Notifier } from './notifier.ts';

const PREPAY_LIFE_MS = 2 * 3_600_000;
const ORDER_LIFE_MS = 7 * 86_400_000;
const EXPIRY_MIN_MS = 60_000;
const OUT_TRADE_NO = /^[0-9A-Za-z_\-|*]{6,32}$/;

const stateTexts = {
  NOTPAY: '订单未支付',
  SUCCESS: '支付成功',
  REFUND: '转入退款',
  CLOSED: '订单已关闭',
} as const;

export interface Prepay {
  readonly prepayId: string;
  readonly order: PayOrder;
  readonly expiresAtMs: number;
}

export interface OrderBook {
  /** `POST /v3/pay/transactions/jsapi`, body read strictly. */
  createJsapi(merchant: PayMerchant, body: Reader): { prepay_id: string };
  find(mchid: string, outTradeNo: string): PayOrder | undefined;
  findByTransaction(mchid: string, transactionId: string): PayOrder | undefined;
  /** @throws PayError ORDERPAID, ORDER_NOT_EXIST */
  close(mchid: string, outTradeNo: string): void;
  findPrepay(prepayId: string): Prepay | undefined;
  /** The payer pays, or tries and fails; a success is notified. @throws PayError when it cannot be paid */
  pay(prepay: Prepay, outcome: 'success' | 'fail'): PayOrder;
  list(): readonly PayOrder[];
  clear(): void;
}

interface Deps {
  readonly nowMs: () => number;
  readonly notifier: Pick<Notifier, 'send'>;
  readonly findMerchant: (mchid: string) => PayMerchant | undefined;
}

/** The transaction as queries and notifications show it (reference 6.2). */
export const transactionView = (order: PayOrder): object => {
  const { state, transactionId, paidAtMs } = order;
  const isPaid = paidAtMs !== undefined && transactionId !== undefined;
  return {
    appid: order.appid,
    mchid: order.mchid,
    out_trade_no: order.outTradeNo,
    trade_state: state,
    trade_state_desc: stateTexts[state],
    ...(order.attach === undefined || !isPaid ? {} : { attach: order.attach }),
    ...(isPaid
      ? {
          transaction_id: transactionId,
          trade_type: 'JSAPI',
          bank_type: 'OTHERS',
          success_time: toBeijingTime(paidAtMs),
          payer: { openid: order.openid },
          amount: {
            total: order.totalFen,
            payer_total: order.totalFen,
            currency: 'CNY',
            payer_currency: 'CNY',
          },
        }
      : {}),
  };
};

const readAmount = (body: Reader): number => {
  const amount = body.object('amount');
  const total = amount.integer('total', { min: 1 });
  const currency = amount.optionalText('currency', { max: 16 });
  if (currency !== undefined && currency !== 'CNY')
    throw parameterError('amount.currency', '只支持 CNY');
  amount.end();
  return total;
};

const readPayer = (body: Reader): string => {
  const payer = body.object('payer');
  const openid = payer.text('openid', { max: 128 });
  payer.end();
  return openid;
};

const checkGoods = (item: unknown): void => {
  const isObject = typeof item === 'object' && item !== null && !Array.isArray(item);
  if (!isObject) throw parameterError('detail.goods_detail', '必须是对象数组');
};

/** Optional parts that change nothing here: checked for their form only. */
const readExtras = (body: Reader): void => {
  body.optionalText('goods_tag', { max: 32 });
  body.optionalBoolean('support_fapiao');
  for (const way of body.optionalList('limit_pay') ?? []) {
    if (!['no_balance', 'no_credit', 'no_debit', 'balance_only'].includes(String(way)))
      throw parameterError('limit_pay', '不在取值范围内');
  }
  const detail = body.optionalObject('detail');
  if (detail !== undefined) {
    detail.optionalText('invoice_id', { max: 32 });
    for (const item of detail.optionalList('goods_detail') ?? []) checkGoods(item);
    detail.end();
  }
  const scene = body.optionalObject('scene_info');
  if (scene !== undefined) {
    scene.text('payer_client_ip', { max: 45 });
    scene.optionalText('device_id', { max: 32 });
    scene.end();
  }
  const settle = body.optionalObject('settle_info');
  if (settle !== undefined) {
    settle.optionalBoolean('profit_sharing');
    settle.end();
  }
};

export const createOrderBook = ({ nowMs, notifier, findMerchant }: Deps): OrderBook => {
  const orders = new Map<string, PayOrder>();
  const byTransaction = new Map<string, PayOrder>();
  const prepays = new Map<string, Prepay>();
  const keyOf = (mchid: string, outTradeNo: string): string => `${mchid} ${outTradeNo}`;

  /** Unpaid orders close by themselves after seven days. */
  const current = (order: PayOrder | undefined): PayOrder | undefined => {
    if (order?.state === 'NOTPAY' && nowMs() >= order.createdAtMs + ORDER_LIFE_MS) {
      order.state = 'CLOSED';
      order.closedAtMs = order.createdAtMs + ORDER_LIFE_MS;
    }
    return order;
  };

  const issuePrepay = (order: PayOrder): { prepay_id: string } => {
    const prepayId = `wx${beijingDay(nowMs()).replaceAll('-', '')}${randomText(26)}`;
    prepays.set(prepayId, { prepayId, order, expiresAtMs: nowMs() + PREPAY_LIFE_MS });
    return { prepay_id: prepayId };
  };

  const reenter = (order: PayOrder, fingerprint: string, merchant: PayMerchant) => {
    if (order.state === 'CLOSED') throw new PayError(400, 'ORDER_CLOSED', '订单已关闭');
    if (order.state !== 'NOTPAY') throw new PayError(400, 'ORDERPAID', '订单已支付');
    if (order.fingerprint === fingerprint) return issuePrepay(order);
    const { changedReentry } = merchant.settings;
    const status = changedReentry === 'INVALID_REQUEST' ? 400 : 403;
    throw new PayError(status, changedReentry, '请求重入时，参数与首次请求时不一致');
  };

  const newTransactionId = (): string => {
    const day = beijingDay(nowMs()).replaceAll('-', '');
    const digits = Array.from(randomBytes(10), (byte) => byte % 10).join('');
    return `4200${randomBytes(3).readUIntBE(0, 3).toString().padStart(6, '0').slice(-6)}${day}${digits}`;
  };

  return {
    createJsapi(merchant, body) {
      const { mchid, appids } = merchant.config;
      const appid = body.text('appid', { max: 32 });
      if (body.text('mchid', { max: 32 }) !== mchid)
        throw parameterError('mchid', '与签名的商户号不一致');
      const description = body.text('description', { max: 127 });
      const outTradeNo = body.text('out_trade_no', { min: 6, max: 32, pattern: OUT_TRADE_NO });
      const timeExpire = body.optionalText('time_expire', { max: 64 });
      const attach = body.optionalText('attach', { max: 128 });
      const notifyUrl = readNotifyUrl(body, 255);
      if (notifyUrl === undefined) throw parameterError('notify_url', '是必填参数');
      const totalFen = readAmount(body);
      const openid = readPayer(body);
      readExtras(body);
      body.end();
      if (!appids.includes(appid))
        throw new PayError(400, 'APPID_MCHID_NOT_MATCH', 'appid 和 mchid 不匹配');
      const now = nowMs();
      const wanted =
        timeExpire === undefined ? now + ORDER_LIFE_MS : readTime('time_expire', timeExpire);
      const fingerprint = JSON.stringify([
        ...[appid, description, totalFen, openid, attach, notifyUrl, timeExpire],
      ]);
      const present = current(orders.get(keyOf(mchid, outTradeNo)));
      if (present !== undefined) return reenter(present, fingerprint, merchant);
      const order: PayOrder = {
        ...{ mchid, appid, outTradeNo, openid, totalFen, description, attach, notifyUrl },
        fingerprint,
        createdAtMs: now,
        expiresAtMs: Math.max(wanted, now + EXPIRY_MIN_MS),
        state: 'NOTPAY',
        transactionId: undefined,
        paidAtMs: undefined,
        closedAtMs: undefined,
        failedAttempts: 0,
      };
      orders.set(keyOf(mchid, outTradeNo), order);
      return issuePrepay(order);
    },
    find: (mchid, outTradeNo) => current(orders.get(keyOf(mchid, outTradeNo))),
    findByTransaction(mchid, transactionId) {
      const order = byTransaction.get(transactionId);
      return order?.mchid === mchid ? order : undefined;
    },
    close(mchid, outTradeNo) {
      const order = current(orders.get(keyOf(mchid, outTradeNo)));
      if (order === undefined) throw new PayError(404, 'ORDER_NOT_EXIST', '订单不存在');
      if (order.state === 'SUCCESS' || order.state === 'REFUND')
        throw new PayError(400, 'ORDERPAID', '该订单已支付');
      if (order.state === 'CLOSED') return;
      order.state = 'CLOSED';
      order.closedAtMs = nowMs();
    },
    findPrepay: (prepayId) => prepays.get(prepayId),
    pay({ order, expiresAtMs }, outcome) {
      const now = nowMs();
      current(order);
      if (order.state === 'CLOSED') throw new PayError(400, 'ORDER_CLOSED', '订单已关闭');
      if (order.state !== 'NOTPAY') throw new PayError(400, 'ORDERPAID', '订单已支付');
      if (now >= expiresAtMs) throw new PayError(400, 'INVALID_REQUEST', 'prepay_id 已过期');
      if (now >= order.expiresAtMs) throw new PayError(400, 'INVALID_REQUEST', '订单已过支付时间');
      if (outcome === 'fail') {
        order.failedAttempts += 1;
        return order;
      }
      order.state = 'SUCCESS';
      order.paidAtMs = now;
      order.transactionId = newTransactionId();
      byTransaction.set(order.transactionId, order);
      const merchant = findMerchant(order.mchid);
      if (merchant !== undefined)
        notifier.send(merchant, {
          url: order.notifyUrl,
          eventType: 'TRANSACTION.SUCCESS',
          originalType: 'transaction',
          summary: '支付成功',
          about: order.outTradeNo,
          content: transactionView(order),
        });
      return order;
    },
    list: () => [...orders.values()].map((order) => current(order) ?? order),
    clear() {
      orders.clear();
      byTransaction.clear();
      prepays.clear();
    },
  };
};
