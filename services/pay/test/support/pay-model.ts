import { errorCode } from '@app/kernel';
import fc from 'fast-check';
import { newOrderNo, MERCHANT } from './builders.ts';
import { APP_ID, DIED, type Machine } from './pay-machine.ts';

/** What the commands know of the run: only whether there can be something to act on. */
interface Model {
  hasPrepay: boolean;
  hasPaid: boolean;
}

/** One payment and those who act on it. */
export interface Run {
  readonly machine: Machine;
  readonly order: ReturnType<typeof anOrder>;
  prepayIds: string[];
  refunds: number;
}

const MINUTE_MS = 60_000;
const FAR_MS = Date.UTC(2090, 0, 1);
export const TOTAL_FEN = 990;

export const anOrder = (nowMs: number) => ({
  orderNo: newOrderNo(),
  appId: APP_ID,
  openid: 'o-anna',
  totalFen: TOTAL_FEN,
  description: '盲盒一个',
  expiresAtMs: nowMs + 30 * MINUTE_MS,
});

export const isAbout =
  ({ order }: Run) =>
  (number: string): boolean =>
    number.includes(order.orderNo);

/** Nothing happens to what was never asked for: each run begins with it, and half of them with money. */
export const begin = async (run: Run, isPaid: boolean): Promise<Model> => {
  await prepay(run);
  if (isPaid) thumb(run, 'success');
  return { hasPrepay: true, hasPaid: isPaid };
};

/** What a caller may be told; anything else is a fault of ours. */
export const tolerant = async (work: Promise<unknown>): Promise<void> => {
  try {
    await work;
  } catch (error) {
    const isAllowed = /^(PAYMENT|REFUND|UPSTREAM_WECHAT_PAY)_/.test(errorCode(error) ?? '');
    if (!isAllowed && (error as Error).message !== DIED) throw error;
  }
};

const prepay = (run: Run) =>
  tolerant(
    run.machine
      .usecases()
      .createPrepay(run.order)
      .then(({ prepayId }) => void run.prepayIds.push(prepayId)),
  );

/** The buyer's thumb; WeChat refuses what is paid, closed or expired. */
const thumb = (run: Run, outcome: 'success' | 'fail'): void => {
  const prepayId = run.prepayIds.at(-1);
  const { orders } = run.machine.pay;
  const found = prepayId === undefined ? undefined : orders.findPrepay(prepayId);
  if (found === undefined) return;
  try {
    orders.pay(found, outcome);
  } catch {
    // Refused by WeChat: nothing was taken.
  }
};

const close = ({ machine, order }: Run) =>
  tolerant(machine.usecases().closePayment({ orderNo: order.orderNo }));

const query = ({ machine, order }: Run) =>
  tolerant(machine.usecases().findPayment({ orderNo: order.orderNo, refresh: true }));

const refund = ({ machine, order }: Run, index: number, amountFen: number) =>
  tolerant(
    machine.usecases().createRefund({
      refundNo: `R${order.orderNo}-${index}`,
      ...{ orderNo: order.orderNo, amountFen, reason: '不想要了' },
    }),
  );

const pass = async ({ machine }: Run, ms: number): Promise<void> => {
  machine.clock.advance(ms);
  await machine.runDue();
};

/** WeChat takes the money of an order that it had confirmed to be closed. */
const payClosed = (run: Run): void => {
  const held = run.machine.pay.orders.find(MERCHANT, run.order.orderNo);
  if (held?.state !== 'CLOSED' || held.paidAtMs !== undefined) return;
  held.state = 'NOTPAY';
  thumb(run, 'success');
  if (held.paidAtMs === undefined) held.state = 'CLOSED';
};

const closeAndPay = async (run: Run): Promise<void> => {
  await close(run);
  payClosed(run);
};

type Step = (run: Run) => Promise<void> | void;

const command = (
  name: string,
  step: Step,
  check: (model: Readonly<Model>) => boolean = () => true,
  then: (model: Model) => void = () => undefined,
): fc.AsyncCommand<Model, Run> => ({
  check,
  async run(model, run) {
    then(model);
    await step(run);
  },
  toString: () => name,
});

const hasPrepay = ({ hasPrepay }: Readonly<Model>): boolean => hasPrepay;
const hasPaid = ({ hasPaid }: Readonly<Model>): boolean => hasPaid;
const nowHasPrepay = (model: Model): void => void (model.hasPrepay = true);
const nowHasPaid = (model: Model): void => void (model.hasPaid = true);

const outages = [
  { status: 503 },
  { drop: true },
  { errcode: 'SYSTEM_ERROR' },
  { errcode: 'SYSTEM_ERROR', when: 'after' as const },
  { corrupt: true as const },
] as const;

/** Everything that can happen to a payment. */
export const payCommands = [
  fc
    .integer({ min: 1, max: 3 })
    .map((times) =>
      command(
        `prepay ×${times}`,
        (run) =>
          Promise.all(Array.from({ length: times }, () => prepay(run))).then(() => undefined),
        undefined,
        nowHasPrepay,
      ),
    ),
  fc.constant(
    command(
      'payer pays',
      (run) => {
        thumb(run, 'success');
      },
      hasPrepay,
      nowHasPaid,
    ),
  ),
  fc.constant(
    command(
      'payer fails',
      (run) => {
        thumb(run, 'fail');
      },
      hasPrepay,
    ),
  ),
  fc.constant(command('closed, and paid all the same', closeAndPay, hasPrepay, nowHasPaid)),
  fc.constant(command('payer pays a closed order', payClosed, hasPrepay, nowHasPaid)),
  fc
    .tuple(fc.integer({ min: 1, max: 4 }), fc.boolean())
    .map(([copies, isReversed]) =>
      command(
        `notify ×${copies}${isReversed ? ' reversed' : ''}`,
        (run) => run.machine.deliver(isAbout(run), copies, isReversed).then(() => undefined),
        hasPaid,
      ),
    ),
  fc.constant(command('query', query, hasPrepay)),
  fc.constant(command('close', close, hasPrepay)),
  fc.constant(
    command(
      'deadline',
      async (run) => {
        await pass(run, 31 * MINUTE_MS);
        await close(run);
      },
      hasPrepay,
    ),
  ),
  fc
    .constantFrom(6, 61, 130, 1000)
    .map((seconds) => command(`${seconds} s pass`, (run) => pass(run, seconds * 1000))),
  fc
    .constantFrom(1, 300, 500)
    .map((fen) => command(`refund ${fen}`, (run) => refund(run, (run.refunds += 1), fen), hasPaid)),
  fc.constant(command('refund all', (run) => refund(run, (run.refunds += 1), TOTAL_FEN), hasPaid)),
  fc.constant(
    command(
      'two refunds at once',
      async (run) => {
        const [one, two] = [(run.refunds += 1), (run.refunds += 1)];
        await Promise.all([refund(run, one, 500), refund(run, two, 400), refund(run, one, 500)]);
      },
      hasPaid,
    ),
  ),
  fc.tuple(fc.constantFrom(...outages), fc.integer({ min: 1, max: 3 })).map(([fault, times]) =>
    command(`${times} × ${JSON.stringify(fault)}`, ({ machine }) => {
      machine.faults.add({ match: { path: '/v3/*' }, fault, times });
    }),
  ),
  fc.boolean().map((isLimited) =>
    command(`429 but accepted: ${isLimited}`, ({ machine }) => {
      machine.settings({ refundLimitedButAccepted: isLimited });
    }),
  ),
  fc.constant(
    command('restart', ({ machine }) => {
      machine.restart();
    }),
  ),
  fc.integer({ min: 1, max: 3 }).map((calls) =>
    command(`dies after ${calls} calls`, ({ machine }) => {
      machine.diesAfter(calls);
      machine.restart();
    }),
  ),
  fc.constant(
    command(
      'pay, close, query, notify and prepay at once',
      async (run) => {
        const work = [close(run), query(run), prepay(run)];
        thumb(run, 'success');
        work.push(
          run.machine.deliver(isAbout(run), 2, false).then(() => undefined),
          close(run),
        );
        await Promise.all(work);
      },
      hasPrepay,
      nowHasPaid,
    ),
  ),
];

/** Clock, workers and notifications go on until nothing is left to do; the order service closes. */
export const settleEverything = async (run: Run): Promise<void> => {
  const { machine, order } = run;
  machine.faults.clear();
  machine.diesAfter(Infinity);
  machine.settings({ refundLimitedButAccepted: false });
  machine.restart();
  const { orderNo } = order;
  for (let round = 0; round < 30; round += 1) {
    machine.clock.advance(61 * MINUTE_MS);
    // Of money for an order that is closed here nobody but the notification tells.
    if (round === 1) await machine.deliver(isAbout(run), 1, false);
    await machine.runDue();
    const payment = await machine.store.payments.find(orderNo);
    if (payment?.state === 'pending') await close(run);
    const isQuiet = (await machine.store.refunds.listDue(FAR_MS, 1)).length === 0;
    if (round >= 2 && isQuiet) break;
  }
  // What was held back all the time arrives at last, and once more.
  machine.pay.refunds.list();
  for (const isReversed of [false, true]) await machine.deliver(isAbout(run), 1, isReversed);
};
