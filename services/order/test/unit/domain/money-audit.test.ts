import type { RecordedPayment } from '@app/contracts';
import t from 'tap';
import { auditOrder, lastChangeMs, type OrderMoney } from '../../../src/domain/money-audit.ts';

type OrderRefund = OrderMoney['refunds'][number];
type PayRefund = RecordedPayment['refunds'][number];

const anOrder = (change: Partial<OrderMoney> = {}): OrderMoney => ({
  ...{ id: '01', orderNo: 'ORDER1', status: 'paid', payableFen: 1000, isPaid: true },
  ...{ transactionId: '4200', lateMoneyFen: 0, updatedAtMs: 1000, refunds: [] },
  ...change,
});
const aPayment = (change: Partial<RecordedPayment> = {}): RecordedPayment => ({
  ...{ orderNo: 'ORDER1', state: 'paid', totalFen: 1000, refundedFen: 0 },
  ...{ transactionId: '4200', paidAtMs: 900, updatedAtMs: 1000, refunds: [] },
  ...change,
});
const asked = (status: OrderRefund['status'], amountFen = 400): OrderRefund => ({
  ...{ refundNo: 'R1', amountFen, status, updatedAtMs: 2000 },
});
const sent = (state: PayRefund['state'], change: Partial<PayRefund> = {}): PayRefund => ({
  ...{ refundNo: 'R1', amountFen: 400, state, cause: 'requested', updatedAtMs: 2000 },
  ...change,
});

const kindsOf = (order: OrderMoney, payment?: RecordedPayment) =>
  auditOrder(order, payment).map(({ kind }) => kind);

t.test('orders and payments that agree have no difference', async (t) => {
  const closed = { status: 'closed', isPaid: false, transactionId: null } as const;
  const unpaid = { state: 'pending', transactionId: null, paidAtMs: null };
  const late = sent('succeeded', { refundNo: 'late-ORDER1', amountFen: 1000, cause: 'late_money' });
  const agreeing: readonly (readonly [string, OrderMoney, RecordedPayment?])[] = [
    ['paid', anOrder(), aPayment()],
    ['nobody tried to pay', anOrder({ ...closed, status: 'pending_payment' })],
    ['being paid', anOrder({ ...closed, status: 'pending_payment' }), aPayment(unpaid)],
    ['closed', anOrder(closed), aPayment({ ...unpaid, state: 'closed' })],
    ['worth nothing', anOrder({ payableFen: 0, transactionId: null })],
    [
      'late money is back',
      anOrder({ ...closed, lateMoneyFen: 1000 }),
      aPayment({ state: 'paid_late', refundedFen: 1000, refunds: [late] }),
    ],
    ['a refund waits for a decision', anOrder({ refunds: [asked('requested')] }), aPayment()],
    [
      'a part is on its way',
      anOrder({ status: 'refunding', refunds: [asked('processing')] }),
      aPayment({ refundedFen: 400, refunds: [sent('requested')] }),
    ],
    [
      'a refund failed',
      anOrder({ refunds: [asked('failed')] }),
      aPayment({ refunds: [sent('closed')] }),
    ],
    [
      'all is back',
      anOrder({ status: 'refunded', refunds: [asked('succeeded', 1000)] }),
      aPayment({ refundedFen: 1000, refunds: [sent('succeeded', { amountFen: 1000 })] }),
    ],
  ];
  for (const [title, order, payment] of agreeing) t.same(auditOrder(order, payment), [], title);
});

t.test('each contradiction has its name', async (t) => {
  const pending = { status: 'pending_payment', isPaid: false, transactionId: null } as const;
  const closed = { ...pending, status: 'closed' } as const;
  const contradictions: readonly (readonly [string[], OrderMoney, RecordedPayment?])[] = [
    [['paymentMissing'], anOrder()],
    [['paymentNotPaid'], anOrder(), aPayment({ state: 'pending' })],
    [['transactionDiffers'], anOrder(), aPayment({ transactionId: '4299' })],
    [['amountDiffers'], anOrder(), aPayment({ totalFen: 999 })],
    [['paymentUnexpected'], anOrder({ payableFen: 0 }), aPayment()],
    [['orderNotPaid'], anOrder(pending), aPayment()],
    [['paymentOpen'], anOrder(closed), aPayment({ state: 'pending' })],
    [['lateMoneyUnknown', 'moneyKept'], anOrder(closed), aPayment()],
    [
      ['moneyKept'],
      anOrder({ ...closed, lateMoneyFen: 1000 }),
      aPayment({
        state: 'paid_late',
        refundedFen: 1000,
        refunds: [sent('abnormal', { amountFen: 1000, cause: 'late_money' })],
      }),
    ],
    [['refundMissing'], anOrder({ refunds: [asked('processing')] }), aPayment()],
    [['refundUnknown'], anOrder(), aPayment({ refundedFen: 400, refunds: [sent('succeeded')] })],
    [
      ['refundStateDiffers'],
      anOrder({ refunds: [asked('succeeded')] }),
      aPayment({ refundedFen: 400, refunds: [sent('processing')] }),
    ],
    [
      ['refundAmountDiffers'],
      anOrder({ refunds: [asked('succeeded', 401)] }),
      aPayment({ refundedFen: 400, refunds: [sent('succeeded')] }),
    ],
    [
      ['refundedSumDiffers'],
      anOrder({ refunds: [asked('succeeded')] }),
      aPayment({ refundedFen: 300, refunds: [sent('succeeded')] }),
    ],
    [['notRefunded'], anOrder({ status: 'refunded' }), aPayment()],
  ];
  for (const [kinds, order, payment] of contradictions)
    t.same(kindsOf(order, payment), kinds, kinds.join());
});

t.test('the latest change of either side counts, also that of a refund', async (t) => {
  t.equal(lastChangeMs(anOrder(), undefined), 1000);
  t.equal(lastChangeMs(anOrder(), aPayment({ updatedAtMs: 1500 })), 1500);
  t.equal(lastChangeMs(anOrder(), aPayment({ refunds: [sent('succeeded')] })), 2000);
});
