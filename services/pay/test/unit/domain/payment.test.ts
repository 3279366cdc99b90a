import t from 'tap';
import {
  afterQuery,
  isSameRequest,
  leftFen,
  queryPauseMs,
  settle,
  usablePrepay,
  withPrepay,
  type Transaction,
} from '../../../src/domain/payment.ts';
import { aPayment, NOON_MS, paidOf, transactionOf } from '../../support/builders.ts';

t.test('money for a pending payment makes it paid, with whose and when', async (t) => {
  const payment = aPayment();

  const settlement = settle(payment, transactionOf(payment));

  t.same(settlement, { kind: 'change', next: paidOf(payment) });
});

t.test('the same money told again changes nothing', async (t) => {
  const payment = paidOf(aPayment());

  t.same(settle(payment, transactionOf(payment)), { kind: 'nothing' });
});

t.test('unpaid is no news; closed ends a pending payment and no other', async (t) => {
  const payment = aPayment();

  t.same(settle(payment, transactionOf(payment, { state: 'unpaid' })), { kind: 'nothing' });
  t.match(settle(payment, transactionOf(payment, { state: 'closed' })), {
    kind: 'change',
    next: { state: 'closed', queryAtMs: null, transactionId: null },
  });
  for (const state of ['paid', 'paid_late', 'closed'] as const) {
    const told = transactionOf(payment, { state: 'closed' });
    t.same(settle({ ...payment, state }, told), { kind: 'nothing' }, state);
  }
});

t.test('money for a closed payment is late, and all of it is on its way back', async (t) => {
  const payment = aPayment({ state: 'closed', queryAtMs: null });

  t.match(settle(payment, transactionOf(payment)), {
    kind: 'change',
    next: { state: 'paid_late', refundedFen: 990, transactionId: `42${payment.orderNo}` },
  });
});

const wrong: Readonly<Record<string, Partial<Transaction>>> = {
  order: { orderNo: 'another-order' },
  mchid: { mchid: '1900000002' },
  app: { appId: 'wx0000000000000002' },
  amount: { totalFen: 989 },
  currency: { currency: 'USD' },
  payer: { openid: 'o-bert' },
};

t.test('what does not fit is a mismatch and never an effect, whatever the state', async (t) => {
  for (const [what, more] of Object.entries(wrong)) {
    for (const state of ['pending', 'closed', 'paid'] as const) {
      const payment = aPayment({ state });
      const settlement = settle(payment, transactionOf(payment, more));
      t.same(settlement, { kind: 'mismatch', what }, `${what} when ${state}`);
    }
  }
  const payment = aPayment();
  t.same(settle(payment, transactionOf(payment, { totalFen: null })).kind, 'mismatch');
  t.same(settle(payment, transactionOf(payment, { openid: null })).kind, 'mismatch');
});

t.test('a second transaction for a paid order is a mismatch', async (t) => {
  const payment = paidOf(aPayment());

  t.same(settle(payment, transactionOf(payment, { transactionId: '42other' })), {
    kind: 'mismatch',
    what: 'second_transaction',
  });
});

t.test('an unpaid transaction need not tell an amount, but whose it is', async (t) => {
  const payment = aPayment();
  const unpaid = transactionOf(payment, { state: 'unpaid', totalFen: null, openid: null });

  t.same(settle(payment, unpaid), { kind: 'nothing' });
  t.same(settle(payment, { ...unpaid, mchid: 'x' }), { kind: 'mismatch', what: 'mchid' });
});

t.test('WeChat is asked after 5 s, 30 s, 1, 3, 5, 10 and then every 30 minutes', async (t) => {
  const seconds = Array.from({ length: 9 }, (_, index) => queryPauseMs(index) / 1000);

  t.same(seconds, [5, 30, 60, 180, 300, 600, 1800, 1800, 1800]);
});

t.test('a question moves the next one on; what is settled is asked about no more', async (t) => {
  const payment = aPayment();
  t.equal(payment.queryAtMs, NOON_MS + 5000);

  t.match(afterQuery(payment, NOON_MS), { queries: 1, queryAtMs: NOON_MS + 30_000 });
  t.match(afterQuery({ ...payment, state: 'closed' }, NOON_MS), { queryAtMs: null });
});

t.test('a prepay_id lives two hours and is shown while ten minutes are left', async (t) => {
  const payment = withPrepay(aPayment(), 'wx1', NOON_MS);
  const minute = 60_000;

  t.equal(usablePrepay(aPayment(), NOON_MS), undefined);
  t.equal(usablePrepay(payment, NOON_MS), 'wx1');
  t.equal(usablePrepay(payment, NOON_MS + 110 * minute - 1), 'wx1');
  t.equal(usablePrepay(payment, NOON_MS + 110 * minute), undefined);
});

t.test('another value of any field is another request', async (t) => {
  const payment = aPayment();

  t.equal(isSameRequest(payment, { ...payment }), true);
  for (const more of [
    { appId: 'wx2' },
    { openid: 'o-bert' },
    { totalFen: 991 },
    { description: '别的' },
    { expiresAtMs: payment.expiresAtMs + 1 },
  ])
    t.equal(isSameRequest(payment, { ...payment, ...more }), false, JSON.stringify(more));
});

t.test('what is left is what came minus what goes back', async (t) => {
  t.equal(leftFen(paidOf(aPayment(), { refundedFen: 300 })), 690);
});
