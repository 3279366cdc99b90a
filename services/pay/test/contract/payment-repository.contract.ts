import type { Test } from 'tap';
import { lateRefundNo, openRefund } from '../../src/domain/refund.ts';
import { aPayment, NOON_MS, paidOf } from '../support/builders.ts';
import { twenty, type Store } from './store.ts';

const NEVER_MS = Date.UTC(2090, 0, 1);

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
