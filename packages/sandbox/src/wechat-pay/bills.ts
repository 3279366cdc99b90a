import { createHash, randomUUID } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { PayError } from './errors.ts';
import { beijingDay, beijingHour, toBeijingTime } from './fields.ts';
import type { PayMerchant, PayOrder, PayRefund } from './model.ts';
import type { OrderBook } from './orders.ts';
import type { RefundBook } from './refunds.ts';

/** What a merchant's file says otherwise than what happened, so that reconciliation has something to find. */
export interface BillErrors {
  /** Numbers (out_trade_no or out_refund_no) whose lines are left out. */
  readonly omit?: readonly string[];
  /** Numbers whose amount differs by so many fen. */
  readonly addFen?: Readonly<Record<string, number>>;
  /** Payments nobody made. */
  readonly invent?: readonly { readonly outTradeNo: string; readonly totalFen: number }[];
  /** Numbers whose lines stand there twice. */
  readonly repeat?: readonly string[];
}

export interface BillDesk {
  /** What `GET /v3/bill/…` answers: hash and download URL. `baseUrl` is where this sandbox is reached. */
  order(merchant: PayMerchant, request: BillRequest, baseUrl: string): object;
  /** The file behind a token of `download_url`; undefined when unknown or older than five minutes. */
  download(token: string): Buffer | undefined;
  seedErrors(mchid: string, day: string, errors: BillErrors): void;
  clear(): void;
}

export interface BillRequest {
  readonly kind: 'trade' | 'fundflow';
  /** `YYYY-MM-DD`, Beijing. */
  readonly day: string;
  readonly type: 'ALL' | 'SUCCESS' | 'REFUND';
  readonly isGzip: boolean;
}

interface Deps {
  readonly nowMs: () => number;
  readonly orders: Pick<OrderBook, 'list'>;
  readonly refunds: Pick<RefundBook, 'list'>;
}

const DAY_MS = 86_400_000;
const KEPT_DAYS = 92;
const URL_LIFE_MS = 300_000;
/** 0.60 % of each payment, rounded to the fen. */
const FEE_PER_MILLE = 6;

const TRADE_HEADER =
  '交易时间,公众账号ID,商户号,特约商户号,设备号,微信订单号,商户订单号,用户标识,交易类型,交易状态,付款银行,货币种类,应结订单金额,代金券金额,微信退款单号,商户退款单号,退款金额,充值券退款金额,退款类型,退款状态,商品名称,商户数据包,手续费,费率,订单金额,申请退款金额,费率备注';
const TRADE_SUMMARY =
  '总交易单数,应结订单总金额,退款总金额,充值券退款总金额,手续费总金额,订单总金额,申请退款总金额';
const FLOW_HEADER =
  '记账时间,微信支付业务单号,资金流水单号,业务名称,业务类型,收支类型,收支金额(元),账户结余(元),资金变更提交申请人,备注,业务凭证号';
const FLOW_SUMMARY = '资金流水总笔数,收入笔数,收入金额,支出笔数,支出金额';

const yuan = (fen: number): string => {
  const text = String(Math.abs(fen)).padStart(3, '0');
  return `${fen < 0 ? '-' : ''}${text.slice(0, -2)}.${text.slice(-2)}`;
};

const feeOf = (fen: number): number => Math.round((fen * FEE_PER_MILLE) / 1000);
const billTime = (ms: number): string => toBeijingTime(ms).slice(0, 19).replace('T', ' ');
/** Every cell begins with a backtick, so that spreadsheets leave numbers alone. */
const line = (cells: readonly (string | number)[]): string =>
  cells.map((cell) => `\`${String(cell).replaceAll(',', ' ')}`).join(',');

/** One movement of money as the file will say it. */
interface Entry {
  readonly kind: 'payment' | 'refund';
  readonly atMs: number;
  readonly order: Pick<
    PayOrder,
    'appid' | 'mchid' | 'outTradeNo' | 'openid' | 'totalFen' | 'description' | 'attach'
  > & { readonly transactionId: string };
  readonly refund?: PayRefund;
  readonly fen: number;
}

const numberOf = ({ order, refund }: Entry): string => refund?.outRefundNo ?? order.outTradeNo;

const tradeLine = ({ kind, atMs, order, refund, fen }: Entry): string => {
  const isPayment = kind === 'payment';
  const fee = isPayment ? feeOf(fen) : -feeOf(fen);
  return line([
    ...[billTime(atMs), order.appid, order.mchid, 0, ''],
    ...[order.transactionId, order.outTradeNo, order.openid, 'JSAPI'],
    ...[isPayment ? 'SUCCESS' : 'REFUND', 'OTHERS', 'CNY'],
    ...[isPayment ? yuan(fen) : '0.00', '0.00'],
    ...[refund?.refundId ?? 0, refund?.outRefundNo ?? 0],
    ...[isPayment ? '0.00' : yuan(fen), '0.00'],
    ...[isPayment ? '' : 'ORIGINAL', isPayment ? '' : (refund?.status ?? 'SUCCESS')],
    ...[order.description, order.attach ?? '', yuan(fee), '0.60%'],
    ...[isPayment ? yuan(fen) : '0.00', isPayment ? '0.00' : yuan(fen), ''],
  ]);
};

const sum = (entries: readonly Entry[], kind: Entry['kind']): number =>
  entries.filter((entry) => entry.kind === kind).reduce((total, { fen }) => total + fen, 0);

const tradeFile = (entries: readonly Entry[]): string => {
  const [paid, refunded] = [sum(entries, 'payment'), sum(entries, 'refund')];
  const fees = entries.reduce(
    (total, { kind, fen }) => total + (kind === 'payment' ? feeOf(fen) : -feeOf(fen)),
    0,
  );
  const summary = [entries.length, yuan(paid), yuan(refunded), '0.00', yuan(fees)];
  return [
    TRADE_HEADER,
    ...entries.map(tradeLine),
    TRADE_SUMMARY,
    line([...summary, yuan(paid), yuan(refunded)]),
    '',
  ].join('\r\n');
};

const flowFile = (entries: readonly Entry[]): string => {
  let balance = 0;
  let count = 0;
  const income = { count: 0, fen: 0 };
  const expense = { count: 0, fen: 0 };
  const rows: string[] = [];
  const book = (entry: Entry, name: string, fen: number): void => {
    count += 1;
    balance += fen;
    const side = fen >= 0 ? income : expense;
    side.count += 1;
    side.fen += Math.abs(fen);
    const { order, refund, atMs } = entry;
    const id = refund?.refundId ?? order.transactionId;
    const serial = `${id.slice(0, 20)}${String(count).padStart(6, '0')}`;
    rows.push(
      line([
        ...[billTime(atMs), id, serial, name, name],
        ...[fen >= 0 ? '收入' : '支出', yuan(Math.abs(fen)), yuan(balance), 'system', ''],
        numberOf(entry),
      ]),
    );
  };
  for (const entry of entries) {
    if (entry.kind === 'payment') {
      book(entry, '交易', entry.fen);
      if (feeOf(entry.fen) > 0) book(entry, '扣除交易手续费', -feeOf(entry.fen));
    } else {
      book(entry, '退款', -entry.fen + feeOf(entry.fen));
    }
  }
  const totals = [count, income.count, yuan(income.fen), expense.count, yuan(expense.fen)];
  return [FLOW_HEADER, ...rows, FLOW_SUMMARY, line(totals), ''].join('\r\n');
};

const withErrors = (
  entries: readonly Entry[],
  { omit = [], addFen = {}, invent = [], repeat = [] }: BillErrors,
  merchant: PayMerchant,
): readonly Entry[] => {
  const changed = entries
    .filter((entry) => !omit.includes(numberOf(entry)))
    .flatMap((entry) => {
      const one = { ...entry, fen: entry.fen + (addFen[numberOf(entry)] ?? 0) };
      return repeat.includes(numberOf(entry)) ? [one, one] : [one];
    });
  const invented = invent.map(({ outTradeNo, totalFen }): Entry => {
    const { mchid, appids } = merchant.config;
    return {
      kind: 'payment',
      atMs: entries[0]?.atMs ?? 0,
      fen: totalFen,
      order: {
        ...{ appid: appids[0] ?? '', mchid, outTradeNo, openid: 'o-nobody', totalFen },
        ...{ description: '', attach: undefined, transactionId: `4200${outTradeNo}` },
      },
    };
  });
  return [...changed, ...invented];
};

export const createBillDesk = ({ nowMs, orders, refunds }: Deps): BillDesk => {
  const files = new Map<string, { readonly bytes: Buffer; readonly untilMs: number }>();
  const seeded = new Map<string, BillErrors>();

  const entriesOf = (mchid: string, day: string): readonly Entry[] => {
    const payments = orders.list().flatMap((order): Entry[] => {
      const { paidAtMs, transactionId } = order;
      return order.mchid === mchid && paidAtMs !== undefined && transactionId !== undefined
        ? [
            {
              kind: 'payment',
              atMs: paidAtMs,
              order: { ...order, transactionId },
              fen: order.totalFen,
            },
          ]
        : [];
    });
    const returned = refunds.list().flatMap((refund): Entry[] => {
      const payment = payments.find(({ order }) => order.outTradeNo === refund.outTradeNo);
      return refund.mchid === mchid && refund.status === 'SUCCESS' && payment !== undefined
        ? [{ ...payment, kind: 'refund', atMs: refund.createdAtMs, refund, fen: refund.refundFen }]
        : [];
    });
    return [...payments, ...returned]
      .filter(({ atMs }) => beijingDay(atMs) === day)
      .sort((a, b) => a.atMs - b.atMs);
  };

  const checkDay = (day: string, merchant: PayMerchant): void => {
    const invalid = (issue: string): PayError => new PayError(400, 'INVALID_REQUEST', issue);
    const today = beijingDay(nowMs());
    if (day >= today) throw invalid('账单日期只能是今天以前');
    if (day < beijingDay(nowMs() - KEPT_DAYS * DAY_MS)) throw invalid('账单日期超过三个月');
    const isYesterday = day === beijingDay(nowMs() - DAY_MS);
    if (isYesterday && beijingHour(nowMs()) < merchant.settings.billReadyHour)
      throw new PayError(400, 'STATEMENT_CREATING', '账单生成中，请稍后再试');
  };

  return {
    order(merchant, { kind, day, type, isGzip }, baseUrl) {
      checkDay(day, merchant);
      const { mchid } = merchant.config;
      const all = withErrors(entriesOf(mchid, day), seeded.get(`${mchid} ${day}`) ?? {}, merchant);
      const wanted = all.filter(
        (entry) => type === 'ALL' || (type === 'SUCCESS') === (entry.kind === 'payment'),
      );
      if (wanted.length === 0) throw new PayError(400, 'NO_STATEMENT_EXIST', '账单不存在');
      const text = kind === 'trade' ? tradeFile(wanted) : flowFile(wanted);
      const plain = Buffer.from(text, 'utf8');
      const token = randomUUID().replaceAll('-', '');
      files.set(token, {
        bytes: isGzip ? gzipSync(plain) : plain,
        untilMs: nowMs() + URL_LIFE_MS,
      });
      return {
        hash_type: 'SHA1',
        hash_value: createHash('sha1').update(plain).digest('hex'),
        download_url: `${baseUrl}/v3/billdownload/file?token=${token}`,
      };
    },
    download(token) {
      const file = files.get(token);
      return file !== undefined && nowMs() < file.untilMs ? file.bytes : undefined;
    },
    seedErrors(mchid, day, errors) {
      seeded.set(`${mchid} ${day}`, errors);
    },
    clear() {
      files.clear();
      seeded.clear();
    },
  };
};
