import type { Test } from 'tap';
import type { Payment } from '../../src/domain/payment.ts';
import type { Refund } from '../../src/domain/refund.ts';
import { aPayment, aRefund, NOON_MS, paidOf } from '../support/builders.ts';
import { twenty, type Store } from './store.ts';

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
    t.same(
      (await factsOf(payment.orderNo)).map(({ name }) => name),
      [...['pay.paymentSucceeded', 'pay.refundFinished']],
    );
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
