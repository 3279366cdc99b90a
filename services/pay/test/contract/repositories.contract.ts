import type { Test } from 'tap';
import { lateRefundNo, openRefund } from '../../src/domain/refund.ts';
import type { Payment } from '../../src/domain/payment.ts';
import type { Refund } from '../../src/domain/refund.ts';
import type { PaymentRepository, RefundRepository } from '../../src/repository.ts';
import { aPayment, aRefund, NOON_MS, paidOf } from '../support/builders.ts';
import type { ToldFact } from '../support/memory-store.ts';

export interface Store {
  readonly payments: PaymentRepository;
  readonly refunds: RefundRepository;
  /** What was told of an order, in order. */
  factsOf(orderNo: string): Promise<readonly ToldFact[]>;
}

const NEVER_MS = Date.UTC(2090, 0, 1);
const twenty = <T>(work: (index: number) => Promise<T>): Promise<PromiseSettledResult<T>[]> =>
  Promise.allSettled(Array.from({ length: 20 }, (_, index) => work(index)));
const namesOf = (facts: readonly ToldFact[]): readonly string[] => facts.map(({ name }) => name);

/** What every payment repository does. */
export const paymentsContract = async (t: Test, create: () => Promise<Store>): Promise<void> => {
  const { payments, refunds, factsOf } = await create();

  await t.test('a payment is found as it was stored', async (t) => {
    const payment = aPayment({ prepay: { id: 'wx1', expiresAtMs: NOON_MS + 7 }, queries: 3 });

    t.equal(await payments.insert(payment), true);

    t.same(await payments.find(payment.orderNo), payment);
    t.equal(await payments.find(`${payment.orderNo}x`), undefined);
    t.equal(await payments.find(payment.orderNo.toLowerCase()), undefined, 'case counts');
  });

  await t.test('of twenty inserts of one order number one wins and its values stay', async (t) => {
    const payment = aPayment();

    const won = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        payments.insert({ ...payment, totalFen: 1 + index }),
      ),
    );

    t.equal(won.filter(Boolean).length, 1);
    t.equal((await payments.find(payment.orderNo))?.totalFen, 1 + won.indexOf(true));
  });

  await t.test('a change is stored, and told with it when the money came', async (t) => {
    const payment = aPayment();
    await payments.insert(payment);
    const paid = paidOf(payment);

    t.same(await payments.update(payment.orderNo, () => ({ next: paid })), paid);

    t.same(await payments.find(payment.orderNo), paid);
    const { orderNo, transactionId, totalFen, paidAtMs } = paid;
    t.same(await factsOf(orderNo), [
      { name: 'pay.paymentSucceeded', payload: { orderNo, transactionId, totalFen, paidAtMs } },
    ]);
  });

  await t.test('of twenty at once who settle one payment one changes it', async (t) => {
    const payment = aPayment();
    await payments.insert(payment);
    const changes: number[] = [];

    const all = await twenty((index) =>
      payments.update(payment.orderNo, (current) => {
        if (current.state !== 'pending') return { next: current };
        changes.push(index);
        return { next: paidOf(current, { transactionId: `42-${payment.orderNo}-${index}` }) };
      }),
    );

    t.ok(all.every(({ status }) => status === 'fulfilled'));
    const stored = await payments.find(payment.orderNo);
    t.equal(stored?.transactionId, `42-${payment.orderNo}-${changes.at(-1)}`);
    t.equal((await factsOf(payment.orderNo)).length, 1);
  });

  await t.test('late money is stored with its refund, and told once', async (t) => {
    const payment = aPayment({ state: 'closed', queryAtMs: null });
    const { orderNo, totalFen } = payment;
    await payments.insert(payment);
    const refundNo = lateRefundNo(orderNo);
    const request = { refundNo, orderNo, amountFen: totalFen, reason: '' };
    const refund = openRefund(request, totalFen, { cause: 'late_money', actAtMs: NOON_MS });
    const next = paidOf(payment, { state: 'paid_late', refundedFen: totalFen });

    await payments.update(orderNo, () => ({ next, refund }));

    t.same(await refunds.find(refundNo), refund);
    t.match(await factsOf(orderNo), [
      { name: 'pay.lateMoneyReceived', payload: { orderNo, totalFen, refundNo } },
    ]);
  });

  await t.test('a change that throws, or changes nothing, leaves no trace', async (t) => {
    const payment = aPayment();
    await payments.insert(payment);
    const boom = new Error('boom');

    await t.rejects(
      payments.update(payment.orderNo, () => {
        throw boom;
      }),
      boom,
    );
    t.same(await payments.update(payment.orderNo, (next) => ({ next })), payment);

    t.same(await payments.find(payment.orderNo), payment);
    t.same(await factsOf(payment.orderNo), []);
    await t.rejects(
      payments.update('nobody-knows', (next) => ({ next })),
      { code: 'PAYMENT_NOT_FOUND' },
    );
  });

  await t.test('due are those whose time has come, longest waiting first', async (t) => {
    const [first, second, later, never] = [
      aPayment({ queryAtMs: 1000 }),
      aPayment({ queryAtMs: 2000 }),
      aPayment({ queryAtMs: 2001 }),
      aPayment({ queryAtMs: null }),
    ] as const;
    for (const payment of [never, later, second, first]) await payments.insert(payment);

    t.same(await payments.listDue(2000, 10), [first.orderNo, second.orderNo]);
    t.same(await payments.listDue(2000, 1), [first.orderNo]);
    t.notOk((await payments.listDue(NEVER_MS, 500)).includes(never.orderNo));
  });
};

/** What every refund repository does. */
export const refundsContract = async (t: Test, create: () => Promise<Store>): Promise<void> => {
  const { payments, refunds, factsOf } = await create();
  const paid = async (more: Partial<Payment> = {}): Promise<Payment> => {
    const payment = aPayment(more);
    await payments.insert(payment);
    return payments.update(payment.orderNo, () => ({ next: paidOf(payment) }));
  };
  const request = (refund: Refund) =>
    refunds.request(refund.refundNo, refund.orderNo, (_, existing) =>
      existing === undefined ? refund : undefined,
    );
  const refundedOf = async ({ orderNo }: Payment) => (await payments.find(orderNo))?.refundedFen;

  await t.test('a refund is stored with its sum on the payment', async (t) => {
    const payment = await paid();
    const refund = aRefund(payment);

    t.same(await request(refund), refund);

    t.same(await refunds.find(refund.refundNo), refund);
    t.equal(await refundedOf(payment), 300);
    t.equal(await refunds.find('nobody-knows'), undefined);
  });

  await t.test('of twenty at once with one number there is one refund', async (t) => {
    const payment = await paid();
    const refund = aRefund(payment);

    const all = await twenty(() => request(refund));

    t.ok(all.every(({ status }) => status === 'fulfilled'));
    t.equal(await refundedOf(payment), 300);
  });

  await t.test('of twenty at once with numbers of their own only those that fit', async (t) => {
    const payment = await paid();

    const all = await twenty(() => {
      const refund = aRefund(payment);
      return refunds.request(refund.refundNo, payment.orderNo, ({ totalFen, refundedFen }) => {
        if (refundedFen + refund.amountFen > totalFen) throw new Error('does not fit');
        return refund;
      });
    });

    t.equal(all.filter(({ status }) => status === 'fulfilled').length, 3, '3 × 300 of 990');
    t.equal(await refundedOf(payment), 900);
  });

  await t.test('a sum above what was paid is refused whoever decided it', async (t) => {
    const payment = await paid();
    const refund = aRefund(payment, { amountFen: payment.totalFen });
    await request(refund);

    await t.rejects(request(aRefund(payment, { amountFen: 1 })), /no more goes back/);

    t.equal(await refundedOf(payment), payment.totalFen);
  });

  await t.test('a decision that throws leaves no trace', async (t) => {
    const payment = await paid();
    const refund = aRefund(payment);
    const boom = new Error('boom');

    await t.rejects(
      refunds.request(refund.refundNo, payment.orderNo, () => {
        throw boom;
      }),
      boom,
    );

    t.equal(await refunds.find(refund.refundNo), undefined);
    t.equal(await refundedOf(payment), 0);
    await t.rejects(
      refunds.request('R-x', 'nobody-knows', () => refund),
      { code: 'PAYMENT_NOT_FOUND' },
    );
  });

  for (const state of ['succeeded', 'abnormal'] as const) {
    await t.test(`a refund that is ${state} is told once and stays counted`, async (t) => {
      const payment = await paid();
      const refund = aRefund(payment);
      await request(refund);
      const end = (current: Refund): Refund =>
        current.state === state ? current : { ...current, state, actAtMs: null, refundId: '50' };

      const all = await twenty(() => refunds.update(refund.refundNo, end));

      t.ok(all.every((one) => one.status === 'fulfilled' && one.value.state === state));
      t.equal(await refundedOf(payment), 300);
      t.match((await factsOf(payment.orderNo)).slice(1), [
        {
          name: 'pay.refundFinished',
          payload: { refundNo: refund.refundNo, amountFen: 300, outcome: state },
        },
      ]);
      t.equal((await factsOf(payment.orderNo)).length, 2);
    });
  }

  await t.test('a refund that is closed gives its amount back, once', async (t) => {
    const payment = await paid();
    const [refund, other] = [aRefund(payment), aRefund(payment)];
    await request(refund);
    await request(other);
    const close = (current: Refund): Refund =>
      current.state === 'closed' ? current : { ...current, state: 'closed', actAtMs: null };

    await twenty(() => refunds.update(refund.refundNo, close));

    t.equal(await refundedOf(payment), 300, 'the other one');
    t.same(namesOf(await factsOf(payment.orderNo)), [
      ...['pay.paymentSucceeded', 'pay.refundFinished'],
    ]);
  });

  await t.test(
    'a step that ends nothing is not told; one that throws leaves no trace',
    async (t) => {
      const payment = await paid();
      const refund = aRefund(payment);
      await request(refund);
      const processing: Refund = { ...refund, state: 'processing', attempts: 1, refundId: '50' };
      const boom = new Error('boom');

      t.same(await refunds.update(refund.refundNo, () => processing), processing);
      await t.rejects(
        refunds.update(refund.refundNo, () => {
          throw boom;
        }),
        boom,
      );

      t.same(await refunds.find(refund.refundNo), processing);
      t.equal((await factsOf(payment.orderNo)).length, 1);
      await t.rejects(
        refunds.update('nobody-knows', (one) => one),
        { code: 'REFUND_NOT_FOUND' },
      );
    },
  );

  await t.test(
    'the latest sending of an order is remembered, also after it was put off',
    async (t) => {
      const payment = await paid();
      t.equal(await refunds.lastActAtMs(payment.orderNo), null);
      const refund = aRefund(payment, { actAtMs: NOON_MS + 5 });
      await request(aRefund(payment, { actAtMs: NOON_MS }));
      await request(refund);
      await refunds.update(refund.refundNo, (one) => ({ ...one, actAtMs: NOON_MS + 99_000 }));

      t.equal(await refunds.lastActAtMs(payment.orderNo), NOON_MS + 5);
    },
  );

  await t.test('due are those whose time has come, longest waiting first', async (t) => {
    const payment = await paid();
    const [first, second, later] = [
      aRefund(payment, { actAtMs: 1000, amountFen: 1 }),
      aRefund(payment, { actAtMs: 2000, amountFen: 1 }),
      aRefund(payment, { actAtMs: 2001, amountFen: 1 }),
    ] as const;
    for (const refund of [later, second, first]) await request(refund);

    t.same(await refunds.listDue(2000, 10), [first.refundNo, second.refundNo]);
    t.same(await refunds.listDue(2000, 1), [first.refundNo]);
  });
};
