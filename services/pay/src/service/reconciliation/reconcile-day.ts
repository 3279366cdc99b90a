import { isError, type Clock } from '@app/kernel';
import { DAY_MS, dayStartMs } from '../../domain/beijing-day.ts';
import { emptyFlowBill, emptyTradeBill, type TradeBill } from '../../domain/bill.ts';
import { findingKey, type Finding } from '../../domain/finding.ts';
import { compareDay, type OurDay } from '../../domain/reconcile.ts';
import { applyNews } from '../../domain/refund.ts';
import type {
  BillRepository,
  ReconciliationRepository,
  RefundRepository,
} from '../../repository.ts';
import type {
  BillReader,
  PayAlarms,
  ReconcileDay,
  SettlePayment,
  WechatPay,
} from '../../service.ts';

interface Deps {
  readonly bills: BillRepository;
  readonly books: ReconciliationRepository;
  readonly refunds: RefundRepository;
  readonly reader: BillReader;
  readonly wechatPay: Pick<WechatPay, 'findRefund'>;
  readonly settle: Pick<SettlePayment, 'ask'>;
  readonly alarms: PayAlarms;
  readonly clock: Clock;
}

const numbersOf = (trade: TradeBill, subject: 'payment' | 'refund'): readonly string[] => [
  ...new Set(trade.lines.filter((line) => line.subject === subject).map(({ number }) => number)),
];

/** Compares, asks WeChat about what asking may mend, compares again, and keeps what is left. */
export const createReconcileDay = (deps: Deps): ReconcileDay => {
  const { bills, books, refunds, reader, wechatPay, settle, alarms, clock } = deps;

  /** Our row says when it was to be sent; which day's bill has it is when WeChat took it. */
  const isOfDay = async (refundNo: string, startMs: number): Promise<boolean> => {
    const atMs = (await wechatPay.findRefund(refundNo))?.createdAtMs ?? startMs;
    return atMs >= startMs && atMs < startMs + DAY_MS;
  };

  const listOwnRefunds = async (trade: TradeBill, startMs: number) => {
    const inFile = new Set(numbersOf(trade, 'refund'));
    const candidates = await books.listRefunded(startMs, startMs + DAY_MS);
    const own = new Set<string>();
    for (const { refundNo } of candidates)
      if (inFile.has(refundNo) || (await isOfDay(refundNo, startMs))) own.add(refundNo);
    return own;
  };

  const loadOurs = async (
    trade: TradeBill,
    startMs: number,
    refundsOfDay: ReadonlySet<string>,
  ): Promise<OurDay> => {
    const endMs = startMs + DAY_MS;
    const [named, paid, returned, paidFen] = await Promise.all([
      books.findPayments(numbersOf(trade, 'payment')),
      books.listPaid(startMs, endMs),
      books.findRefunds([...new Set([...numbersOf(trade, 'refund'), ...refundsOfDay])]),
      books.sumPaid(startMs, endMs),
    ]);
    return {
      ...{ startMs, endMs, paidFen, refundsOfDay },
      payments: new Map([...named, ...paid].map((payment) => [payment.orderNo, payment])),
      refunds: new Map(returned.map((refund) => [refund.refundNo, refund])),
    };
  };

  const askAbout = async ({ subject, number }: Finding): Promise<void> => {
    if (subject === 'payment') {
      await settle.ask(number);
      return;
    }
    const news = await wechatPay.findRefund(number);
    if (news !== undefined)
      await refunds.update(number, (current) => applyNews(current, news, clock.nowMs()));
  };

  const heal = async (findings: readonly Finding[]): Promise<void> => {
    for (const finding of findings) {
      if (!finding.isHealable) continue;
      await askAbout(finding).catch((error: unknown) => {
        // A refusal stays one however often we ask: the finding becomes a ticket.
        if (!isError(error, 'UPSTREAM_WECHAT_PAY_REJECTED')) throw error;
      });
    }
  };

  return async (day) => {
    const startMs = dayStartMs(day);
    const [tradeFile, flowFile] = [
      await bills.load(day, 'trade'),
      await bills.load(day, 'fundflow'),
    ];
    const trade = tradeFile === null ? emptyTradeBill : await reader.readTrade(tradeFile.plain);
    const flow = flowFile === null ? emptyFlowBill : await reader.readFlow(flowFile.plain);
    const own = await listOwnRefunds(trade, startMs);
    const compare = async () => compareDay(trade, flow, await loadOurs(trade, startMs, own));
    const before = await compare();
    await heal(before.findings);
    const { findings, result } = await compare();
    const left = new Set(findings.map(findingKey));
    const isSaved = await books.save(day, {
      sha1s: { trade: tradeFile?.sha1 ?? null, fundflow: flowFile?.sha1 ?? null },
      result,
      open: findings,
      healed: before.findings.filter((finding) => !left.has(findingKey(finding))),
    });
    if (isSaved && (findings.length > 0 || result.unexplainedFen !== 0))
      alarms.differences(day, findings.length, result.unexplainedFen);
  };
};
