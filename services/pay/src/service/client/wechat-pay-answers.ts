import type { Transaction } from '../../domain/payment.ts';
import type { RefundNews } from '../../domain/refund.ts';

type Fields = Readonly<Record<string, unknown>>;

const text = (value: unknown): string | null =>
  typeof value === 'string' && value !== '' ? value : null;

const fen = (value: unknown): number | null =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : null;

const time = (value: unknown): number | null => {
  const ms = typeof value === 'string' ? Date.parse(value) : Number.NaN;
  return Number.isNaN(ms) ? null : ms;
};

const object = (value: unknown): Fields =>
  typeof value === 'object' && value !== null ? (value as Fields) : {};

/**
 * `REFUND` is a paid order of which something was given back (reference: Pay, 6.2). Maps, because an
 * object also has a `constructor` and a `toString`, which are no states.
 */
const tradeStates: ReadonlyMap<unknown, Transaction['state']> = new Map([
  ['NOTPAY', 'unpaid'],
  ['USERPAYING', 'unpaid'],
  ['SUCCESS', 'paid'],
  ['REFUND', 'paid'],
  ['CLOSED', 'closed'],
  ['REVOKED', 'closed'],
  ['PAYERROR', 'unpaid'],
]);

/** Undefined when what must be there is not. */
export const readTransaction = (fields: Fields): Transaction | undefined => {
  const mchid = text(fields['mchid']);
  const appId = text(fields['appid']);
  const orderNo = text(fields['out_trade_no']);
  const state = tradeStates.get(fields['trade_state']);
  if (mchid === null || appId === null || orderNo === null || state === undefined) return undefined;
  const amount = object(fields['amount']);
  const transaction: Transaction = {
    ...{ mchid, appId, orderNo, state },
    transactionId: text(fields['transaction_id']),
    totalFen: fen(amount['total']),
    currency: text(amount['currency']),
    openid: text(object(fields['payer'])['openid']),
    paidAtMs: time(fields['success_time']),
  };
  const { transactionId, totalFen, paidAtMs } = transaction;
  const isWhole = transactionId !== null && totalFen !== null && paidAtMs !== null;
  return state !== 'paid' || isWhole ? transaction : undefined;
};

const refundStates: ReadonlyMap<unknown, RefundNews['state']> = new Map([
  ['PROCESSING', 'processing'],
  ['SUCCESS', 'succeeded'],
  ['ABNORMAL', 'abnormal'],
  ['CLOSED', 'closed'],
]);

/** Of an answer (`status`) or a notification (`refund_status`). */
export const readRefundNews = (fields: Fields): RefundNews | undefined => {
  const refundNo = text(fields['out_refund_no']);
  const orderNo = text(fields['out_trade_no']);
  const refundId = text(fields['refund_id']);
  const amountFen = fen(object(fields['amount'])['refund']);
  const state = refundStates.get(fields['status'] ?? fields['refund_status']);
  return refundNo === null ||
    orderNo === null ||
    refundId === null ||
    amountFen === null ||
    state === undefined
    ? undefined
    : {
        ...{ refundNo, orderNo, refundId, amountFen, state },
        // A notification has a `create_time` too, at another level: its own.
        createdAtMs: fields['status'] === undefined ? null : time(fields['create_time']),
      };
};
