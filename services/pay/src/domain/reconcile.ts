import type { FlowBill, TradeBill, TradeLine } from './bill.ts';
import { compareFlow } from './compare-flow.ts';
import type { DayResult, Finding, FindingCategory } from './finding.ts';
import type { Payment } from './payment.ts';
import type { Refund } from './refund.ts';

/** What we know of everything that the files name or that should be in them. */
export interface OurDay {
  readonly startMs: number;
  readonly endMs: number;
  /** Sum of what was paid on the day, as the database adds it up. */
  readonly paidFen: number;
  /** By order number. */
  readonly payments: ReadonlyMap<string, Payment>;
  /** By refund number. */
  readonly refunds: ReadonlyMap<string, Refund>;
  /** Numbers of succeeded refunds that belong to this day although the file may not have them. */
  readonly refundsOfDay: ReadonlySet<string>;
}

export interface Comparison {
  readonly findings: readonly Finding[];
  readonly result: DayResult;
}

type Side = 'payment' | 'refund';

const isPaid = ({ state }: Payment): boolean => state === 'paid' || state === 'paid_late';

const byNumber = (lines: readonly TradeLine[]): ReadonlyMap<string, readonly TradeLine[]> =>
  Map.groupBy(lines, ({ number }) => number);

const finding = (
  subject: Side,
  category: FindingCategory,
  number: string,
  rest: Pick<Finding, 'theirs' | 'ours' | 'deltaFen'> & { readonly isHealable?: boolean },
): Finding => ({ subject, category, number, isHealable: false, ...rest });

const repeated = (subject: Side, number: string, lines: readonly TradeLine[]): Finding[] => {
  if (lines.length < 2) return [];
  const deltaFen = lines.slice(1).reduce((sum, { amountFen }) => sum + amountFen, 0);
  return [
    finding(subject, 'duplicate_line', number, {
      theirs: `${lines.length} lines`,
      ours: 'one',
      deltaFen,
    }),
  ];
};

const unknown = (subject: Side, { number, amountFen, transactionId }: TradeLine): Finding =>
  finding(subject, 'unknown_order', number, {
    theirs: `${amountFen} fen, ${transactionId}`,
    ours: 'nothing',
    deltaFen: amountFen,
  });

const amounts = (subject: Side, { number, amountFen }: TradeLine, oursFen: number): Finding[] =>
  amountFen === oursFen
    ? []
    : [
        finding(subject, 'amount_differs', number, {
          theirs: `${amountFen} fen`,
          ours: `${oursFen} fen`,
          deltaFen: amountFen - oursFen,
        }),
      ];

const comparePayment = (
  line: TradeLine,
  payment: Payment | undefined,
  { startMs, endMs }: OurDay,
): Finding[] => {
  const { number, amountFen, transactionId } = line;
  if (payment === undefined) return [unknown('payment', line)];
  if (!isPaid(payment))
    return [
      finding('payment', payment.state === 'pending' ? 'missing_here' : 'state_differs', number, {
        theirs: `paid ${amountFen} fen`,
        ours: payment.state,
        deltaFen: amountFen,
        isHealable: true,
      }),
    ];
  const found = amounts('payment', line, payment.totalFen);
  if (payment.transactionId !== transactionId)
    found.push(
      finding('payment', 'transaction_differs', number, {
        theirs: transactionId,
        ours: payment.transactionId ?? 'none',
        deltaFen: 0,
      }),
    );
  const atMs = payment.paidAtMs ?? 0;
  // The database counted it on another day, so this day's sum lacks it.
  if (atMs < startMs || atMs >= endMs)
    found.push(
      finding('payment', 'day_differs', number, {
        theirs: new Date(line.atMs).toISOString(),
        ours: new Date(atMs).toISOString(),
        deltaFen: payment.totalFen,
      }),
    );
  return found;
};

const compareRefund = (line: TradeLine, refund: Refund | undefined): Finding[] => {
  const { number, amountFen, isDone } = line;
  if (refund === undefined) return [unknown('refund', line)];
  const isOpen = refund.state !== 'succeeded' && refund.state !== 'closed';
  if (refund.state === 'closed' || (isDone && isOpen))
    return [
      finding('refund', isOpen ? 'missing_here' : 'state_differs', number, {
        theirs: `refunded ${amountFen} fen`,
        ours: refund.state,
        deltaFen: amountFen,
        isHealable: isOpen,
      }),
    ];
  return amounts('refund', line, refund.amountFen);
};

const missingThere = (subject: Side, number: string, fen: number): Finding =>
  finding(subject, 'missing_there', number, {
    theirs: 'nothing',
    ours: `${subject === 'payment' ? 'paid' : 'refunded'} ${fen} fen`,
    deltaFen: -fen,
  });

const comparePayments = (lines: readonly TradeLine[], ours: OurDay): Finding[] => {
  const theirs = byNumber(lines);
  const there = [...theirs].flatMap(([number, same]) => [
    ...repeated('payment', number, same),
    ...same.slice(0, 1).flatMap((line) => comparePayment(line, ours.payments.get(number), ours)),
  ]);
  const isOfDay = ({ paidAtMs }: Payment): boolean =>
    paidAtMs !== null && paidAtMs >= ours.startMs && paidAtMs < ours.endMs;
  const here = [...ours.payments.values()]
    .filter((payment) => isPaid(payment) && isOfDay(payment) && !theirs.has(payment.orderNo))
    .map(({ orderNo, totalFen }) => missingThere('payment', orderNo, totalFen));
  return [...there, ...here];
};

const compareRefunds = (lines: readonly TradeLine[], ours: OurDay) => {
  const theirs = byNumber(lines);
  let ourFen = 0;
  const there = [...theirs].flatMap(([number, same]) => {
    const refund = ours.refunds.get(number);
    const found = same.slice(0, 1).flatMap((line) => compareRefund(line, refund));
    const counts = found.every(({ category }) => category === 'amount_differs');
    if (refund !== undefined && counts) ourFen += refund.amountFen;
    return [...repeated('refund', number, same), ...found];
  });
  const here = [...ours.refundsOfDay].flatMap((number) => {
    const refund = ours.refunds.get(number);
    if (refund === undefined || theirs.has(number)) return [];
    ourFen += refund.amountFen;
    return [missingThere('refund', number, refund.amountFen)];
  });
  return { findings: [...there, ...here], ourFen };
};

const deltaOf = (findings: readonly Finding[]): number =>
  findings.reduce((sum, { deltaFen }) => sum + deltaFen, 0);

/**
 * Line by line, both ways. What is not explained is computed from other numbers than the findings
 * are: the summaries of the files, and the sum of the database.
 */
export const compareDay = (trade: TradeBill, flow: FlowBill, ours: OurDay): Comparison => {
  const linesOf = (side: Side) => trade.lines.filter(({ subject }) => subject === side);
  const [paymentLines, refundLines] = [linesOf('payment'), linesOf('refund')];
  const payments = comparePayments(paymentLines, ours);
  const refunds = compareRefunds(refundLines, ours);
  const flows = compareFlow(trade, flow);
  const unexplained = [
    trade.paidFen - ours.paidFen - deltaOf(payments),
    trade.refundedFen - refunds.ourFen - deltaOf(refunds.findings),
    flows.differenceFen - deltaOf(flows.findings),
  ];
  return {
    findings: [...payments, ...refunds.findings, ...flows.findings],
    result: {
      paymentLines: paymentLines.length,
      theirPaidFen: trade.paidFen,
      ourPaidFen: ours.paidFen,
      refundLines: refundLines.length,
      theirRefundedFen: trade.refundedFen,
      ourRefundedFen: refunds.ourFen,
      feeFen: trade.feeFen,
      unexplainedFen: unexplained.reduce((sum, fen) => sum + Math.abs(fen), 0),
    },
  };
};
