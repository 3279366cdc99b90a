import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import t from 'tap';
import { lateRefundNo } from '../../src/domain/refund.ts';
import { MERCHANT } from '../support/builders.ts';
import { startMachine } from '../support/pay-machine.ts';
import {
  anOrder,
  begin,
  payCommands,
  settleEverything,
  TOTAL_FEN,
  type Run,
} from '../support/pay-model.ts';

/** More of it: `PAY_MODEL_RUNS=2000`; a failure is repeated with `PAY_MODEL_SEED`. */
const RUNS = Number(process.env['PAY_MODEL_RUNS'] ?? 100);
const SEED = process.env['PAY_MODEL_SEED'];
const DEPTH = 8;

t.setTimeout(3_600_000);
const machine = await startMachine(t);
machine.settings({ notificationsPaused: true });

const sum = (amounts: readonly number[]): number => amounts.reduce((all, one) => all + one, 0);
const countOf = <T>(all: readonly T[]): Record<string, number> =>
  all.reduce<Record<string, number>>(
    (counts, one) => ({ ...counts, [String(one)]: (counts[String(one)] ?? 0) + 1 }),
    {},
  );

/** Everything that is true of both sides once nothing is left to do; the end it came to. */
const endOf = async ({ order: { orderNo } }: Run) => {
  const ours = await machine.store.payments.find(orderNo);
  const theirs = machine.pay.orders.find(MERCHANT, orderNo);
  const refunded = machine.pay.refunds
    .list()
    .filter(({ outTradeNo, status }) => outTradeNo === orderNo && status === 'SUCCESS');
  const backFen = sum(refunded.map(({ refundFen }) => refundFen));
  const facts = (await machine.store.factsOf(orderNo)).map(({ name, payload }) =>
    name === 'pay.refundFinished'
      ? [name, payload['refundNo'], payload['outcome']].join(' ')
      : name,
  );
  const told = (...names: readonly string[]) => ({
    ...countOf(names),
    ...countOf(refunded.map(({ outRefundNo }) => `pay.refundFinished ${outRefundNo} succeeded`)),
  });
  const takenFen = theirs?.paidAtMs === undefined ? 0 : theirs.totalFen;
  const seen = { ours: ours?.state ?? 'none', takenFen, backFen, facts: countOf(facts) };
  const shall = (() => {
    if (takenFen === 0)
      return { ...seen, ours: seen.ours === 'none' ? 'none' : 'closed', backFen: 0, facts: {} };
    if (seen.ours === 'paid')
      return {
        ...seen,
        takenFen: TOTAL_FEN,
        backFen: ours?.refundedFen,
        facts: told('pay.paymentSucceeded'),
      };
    return {
      ours: 'paid_late',
      takenFen: TOTAL_FEN,
      backFen: TOTAL_FEN,
      facts: told('pay.lateMoneyReceived'),
    };
  })();
  const refundNos = refunded.map(({ outRefundNo }) => outRefundNo);
  return {
    seen: { ...seen, refunds: countOf(refundNos), transaction: ours?.transactionId ?? null },
    shall: {
      ...shall,
      refunds:
        seen.ours === 'paid_late'
          ? { [lateRefundNo(orderNo)]: 1 }
          : countOf([...new Set(refundNos)]),
      transaction: theirs?.transactionId ?? null,
    },
    name: `${seen.ours}${takenFen === 0 ? '' : ` ${backFen === 0 ? 'kept' : backFen === takenFen ? 'all back' : 'part back'}`}`,
  };
};

t.test(
  `whatever happens in ${RUNS} runs of ${DEPTH} steps, the order is paid, or the money went back, or none was taken`,
  { timeout: 3_600_000 },
  async (t) => {
    const ends: string[] = [];
    let steps = 0;
    let slowest = { ms: 0, commands: '' };

    await fc.assert(
      fc.asyncProperty(
        fc.boolean(),
        fc.commands(payCommands, { maxCommands: DEPTH, size: 'max' }),
        async (isPaid, commands) => {
          const run: Run = {
            machine,
            order: anOrder(machine.clock.nowMs()),
            prepayIds: [],
            refunds: 0,
          };
          const beganMs = Date.now();
          const model = await begin(run, isPaid);
          await fc.asyncModelRun(() => ({ model: { ...model }, real: run }), commands);
          await settleEverything(run);
          const { seen, shall, name } = await endOf(run);
          machine.pay.notifier.clear();
          const ms = Date.now() - beganMs;
          if (ms > slowest.ms) slowest = { ms, commands: [...commands].join(', ') };
          ends.push(name);
          steps += [...commands].length;
          if (!isDeepStrictEqual(seen, shall))
            throw new Error(JSON.stringify({ seen, shall }, null, 1));
          t.ok(true);
        },
      ),
      { numRuns: RUNS, endOnFailure: false, ...(SEED === undefined ? {} : { seed: Number(SEED) }) },
    );

    t.comment(`${steps} steps, ends ${JSON.stringify(countOf(ends))}`);
    t.comment(`slowest run: ${slowest.ms} ms, ${slowest.commands}`);
    t.same(machine.alarms, [], 'and nobody had to be called');
  },
);
