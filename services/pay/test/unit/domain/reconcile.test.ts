import fc from 'fast-check';
import t from 'tap';
import { dayStartMs, DAY_MS } from '../../../src/domain/beijing-day.ts';
import type { TradeBill, TradeLine } from '../../../src/domain/bill.ts';
import { openPayment, type Payment } from '../../../src/domain/payment.ts';
import { compareDay, type OurDay } from '../../../src/domain/reconcile.ts';
import { openRefund, type Refund } from '../../../src/domain/refund.ts';

const startMs = dayStartMs('2026-11-20');
const noonMs = startMs + DAY_MS / 2;

const aLine = (more: Partial<TradeLine> = {}): TradeLine => ({
  ...{ subject: 'payment', number: 'ORDER1', transactionId: 'T-ORDER1', atMs: noonMs },
  ...{ amountFen: 990, feeFen: 0, isDone: true },
  ...more,
});

const aPayment = (more: Partial<Payment> = {}): Payment => ({
  ...openPayment(
    {
      ...{ orderNo: 'ORDER1', appId: 'wx1', openid: 'o-1', totalFen: 990, description: 'x' },
      expiresAtMs: noonMs,
    },
    '1900000001',
    startMs,
  ),
  ...{ state: 'paid', transactionId: `T-${more.orderNo ?? 'ORDER1'}`, paidAtMs: noonMs },
  ...more,
});

const aRefund = (more: Partial<Refund> = {}): Refund => ({
  ...openRefund({ refundNo: 'REFUND1', orderNo: 'ORDER1', amountFen: 300, reason: '' }, 990, {
    cause: 'requested',
    actAtMs: startMs,
  }),
  state: 'succeeded',
  ...more,
});

const aBill = (lines: readonly TradeLine[]): TradeBill => {
  const sum = (subject: TradeLine['subject']): number =>
    lines.reduce((all, one) => all + (one.subject === subject ? one.amountFen : 0), 0);
  return { lines, paidFen: sum('payment'), refundedFen: sum('refund'), feeFen: 0 };
};

const flowOf = ({ lines }: TradeBill) => ({
  lines: lines
    .filter(({ isDone }) => isDone)
    .map(({ subject, number, amountFen }) => ({
      ...{ number, isTrade: true },
      deltaFen: subject === 'payment' ? amountFen : -amountFen,
    })),
});

const isCounted = ({ state, paidAtMs }: Payment): boolean =>
  (state === 'paid' || state === 'paid_late') &&
  paidAtMs !== null &&
  paidAtMs >= startMs &&
  paidAtMs < startMs + DAY_MS;

const ours = (payments: readonly Payment[], refunds: readonly Refund[] = []): OurDay => ({
  ...{ startMs, endMs: startMs + DAY_MS },
  paidFen: payments.filter(isCounted).reduce((sum, { totalFen }) => sum + totalFen, 0),
  payments: new Map(payments.map((payment) => [payment.orderNo, payment])),
  refunds: new Map(refunds.map((refund) => [refund.refundNo, refund])),
  refundsOfDay: new Set(
    refunds.filter(({ state }) => state === 'succeeded').map(({ refundNo }) => refundNo),
  ),
});

const compare = (lines: readonly TradeLine[], own: OurDay) => {
  const bill = aBill(lines);
  const { findings, result } = compareDay(bill, flowOf(bill), own);
  const names = findings.map(
    ({ subject, category, deltaFen, isHealable }) =>
      `${subject} ${category} ${deltaFen}${isHealable ? ' healable' : ''}`,
  );
  return { names, unexplainedFen: result.unexplainedFen };
};

t.test('each difference has its category, and says by how much it moves the sums', async (t) => {
  const refundLine = aLine({ subject: 'refund', number: 'REFUND1', amountFen: 300 });
  const cases: readonly (readonly [string, readonly TradeLine[], OurDay, readonly string[]])[] = [
    ['nothing', [aLine()], ours([aPayment()]), []],
    ['unknown', [aLine()], ours([]), ['payment unknown_order 990']],
    [
      'still waited for',
      [aLine()],
      ours([aPayment({ state: 'pending', paidAtMs: null })]),
      ['payment missing_here 990 healable'],
    ],
    [
      'closed here',
      [aLine()],
      ours([aPayment({ state: 'closed', paidAtMs: null })]),
      ['payment state_differs 990 healable'],
    ],
    ['not in the file', [], ours([aPayment()]), ['payment missing_there -990']],
    ['amount', [aLine({ amountFen: 1000 })], ours([aPayment()]), ['payment amount_differs 10']],
    [
      'another transaction',
      [aLine({ transactionId: 'T-2' })],
      ours([aPayment()]),
      ['payment transaction_differs 0'],
    ],
    [
      'another day',
      [aLine()],
      ours([aPayment({ paidAtMs: startMs - 1 })]),
      ['payment day_differs 990'],
    ],
    ['twice', [aLine(), aLine()], ours([aPayment()]), ['payment duplicate_line 990']],
    ['unknown refund', [refundLine], ours([]), ['refund unknown_order 300']],
    [
      'refund waited for',
      [refundLine],
      ours([], [aRefund({ state: 'processing' })]),
      ['refund missing_here 300 healable'],
    ],
    [
      'refund given up here',
      [refundLine],
      ours([], [aRefund({ state: 'closed' })]),
      ['refund state_differs 300'],
    ],
    ['refund not in the file', [], ours([], [aRefund()]), ['refund missing_there -300']],
    [
      'refund under way on both sides',
      [{ ...refundLine, isDone: false }],
      ours([], [aRefund({ state: 'processing' })]),
      [],
    ],
  ];
  for (const [name, lines, own, names] of cases)
    t.same(compare(lines, own), { names, unexplainedFen: 0 }, name);
});

t.test('whatever differs, the findings account for every fen', async () => {
  const states = ['pending', 'paid', 'closed', 'paid_late'] as const;
  const entry = fc.record({
    number: fc.integer({ min: 0, max: 9 }).map((index) => `ORDER${index}`),
    amountFen: fc.integer({ min: 1, max: 100_000 }),
  });
  const payment = fc.record({
    entry,
    state: fc.constantFrom(...states),
    paidAtMs: fc.constantFrom(startMs - 1, startMs, noonMs, startMs + DAY_MS),
  });
  fc.assert(
    fc.property(fc.array(entry), fc.array(payment), (lines, payments) => {
      const rows = new Map(
        payments.map(({ entry: { number, amountFen }, state, paidAtMs }) => [
          number,
          aPayment({ orderNo: number, totalFen: amountFen, state, paidAtMs }),
        ]),
      );
      const theirs = lines.map((line) => aLine({ ...line, transactionId: `T-${line.number}` }));
      return compare(theirs, ours([...rows.values()])).unexplainedFen === 0;
    }),
  );
});

t.test('a fund flow that does not fit the trade bill is found', async (t) => {
  const bill = aBill([aLine(), aLine({ number: 'ORDER2', transactionId: 'T-ORDER2' })]);
  const flow = {
    lines: [
      { number: 'ORDER1', isTrade: true, deltaFen: 989 },
      { number: 'ORDER3', isTrade: true, deltaFen: 5 },
      { number: '', isTrade: false, deltaFen: -100_000 },
    ],
  };
  const own = ours([aPayment(), aPayment({ orderNo: 'ORDER2' })]);

  const { findings, result } = compareDay(bill, flow, own);

  t.same(
    findings.map(({ category, number, deltaFen }) => `${category} ${number} ${deltaFen}`),
    ['amount_differs ORDER1 -1', 'missing_there ORDER2 -990', 'missing_here ORDER3 5'],
  );
  t.equal(result.unexplainedFen, 0);
});
