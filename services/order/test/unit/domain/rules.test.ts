import fc from 'fast-check';
import t from 'tap';
import { close, confirm, refundableFen, refundedFen, ship } from '../../../src/domain/order.ts';
import {
  automaticRefundNumber,
  orderNumber,
  refundNumber,
} from '../../../src/domain/order-number.ts';
import { mergeLines, totalOf } from '../../../src/domain/place-order.ts';
import {
  approveRefund,
  decidedBy,
  finishRefund,
  missStock,
  rejectRefund,
  requestRefund,
} from '../../../src/domain/refund.ts';
import { settlePayment } from '../../../src/domain/settle-payment.ts';
import { toMaskedOrderView } from '../../../src/domain/views.ts';
import {
  anItem,
  anOrder,
  anOrderChange,
  aPayment,
  ids,
  NOON_MS,
  paidOrder,
  shippedOrder,
} from '../../support/builders.ts';

const at = { nowMs: NOON_MS, lateRefundNo: 'Rlate000000' };
const ask = (refundNo: string, amountFen?: number) => ({ refundNo, amountFen, reason: '不想要了' });

t.test('an order number fits out_trade_no and tells neither time nor volume', async (t) => {
  const numbers = Array.from({ length: 2000 }, () => orderNumber(ids.next(), 0));

  t.equal(new Set(numbers).size, 2000);
  for (const number of numbers) t.match(number, /^[0-9A-HJKMNP-TV-Z]{17}$/);
  const ascending = numbers.filter((number, index) => number > (numbers[index - 1] ?? '')).length;
  t.ok(ascending > 800 && ascending < 1200, `${ascending} of 2000 follow their predecessor`);
});

t.test('the same operation has the same number, another turn another', async (t) => {
  const operationId = ids.next();

  t.equal(orderNumber(operationId, 0), orderNumber(operationId, 0));
  t.not(orderNumber(operationId, 0), orderNumber(operationId, 1));
  t.match(refundNumber(operationId), /^R[0-9A-Z]{17}$/);
  t.not(automaticRefundNumber('A', 'stock'), automaticRefundNumber('A', 'late'));
});

t.test('one wrong character of an order number is always noticed', async (t) => {
  const weigh = (number: string) =>
    Array.from(number.slice(0, 16)).reduce(
      (sum, c, index) => sum + '0123456789ABCDEFGHJKMNPQRSTVWXYZ'.indexOf(c) * (2 * index + 1),
      0,
    ) % 32;
  const number = orderNumber(ids.next(), 0);
  t.equal('0123456789ABCDEFGHJKMNPQRSTVWXYZ'.charAt(weigh(number)), number.charAt(16));
  for (let index = 0; index < 16; index += 1) {
    const other = number.charAt(index) === '0' ? '1' : '0';
    t.not(weigh(number.slice(0, index) + other + number.slice(index + 1)), weigh(number));
  }
});

t.test('lines of one SKU become one, and totals are exact', async (t) => {
  const [a, b] = [ids.next(), ids.next()];

  t.same(
    mergeLines([
      { skuId: a, quantity: 1 },
      { skuId: b, quantity: 2 },
      { skuId: a, quantity: 3 },
    ]),
    [
      { skuId: a, quantity: 4 },
      { skuId: b, quantity: 2 },
    ],
  );
  t.equal(totalOf([anItem({ priceFen: 333, quantity: 3 }), anItem({ priceFen: 1 })]), 1000);
  t.throws(() => totalOf([anItem({ priceFen: 1_000_000_000, quantity: 11 })]), {
    code: 'ORDER_AMOUNT_TOO_LARGE',
  });
});

t.test('an order that costs nothing is paid at once, with everything that follows', async (t) => {
  const { next, facts, followUps } = anOrderChange({ items: [anItem({ priceFen: 0 })] });

  t.match(next, { status: 'paid', payableFen: 0, actAtMs: null, paidAtMs: NOON_MS });
  t.same(
    facts.map(({ name }) => name),
    ['created', 'paid'],
  );
  t.same(followUps, [{ kind: 'commitStock' }]);
});

t.test('a payment told twice is one, and after closing it is given back once', async (t) => {
  const order = anOrder();
  const first = settlePayment(order, aPayment(order), at);
  const again = settlePayment(first.next, aPayment(order), at);
  t.match(first.next, { status: 'paid' });
  t.equal(again.next, first.next);
  t.same(again.followUps, []);

  const closed = close(order, 'timeout', { nowMs: NOON_MS, mayStillPay: true });
  t.same(closed.followUps, [{ kind: 'releaseStock', reason: 'closed' }, { kind: 'closePayment' }]);
  const late = settlePayment(closed.next, aPayment(order), at);
  t.match(late.next, { status: 'closed', lateMoneyFen: order.payableFen });
  t.match(late.followUps, [{ kind: 'createRefund', amountFen: order.payableFen }]);
  t.equal(settlePayment(late.next, aPayment(order), at).next, late.next);
});

t.test('another amount than was asked for is a bug, not a payment', async (t) => {
  const order = anOrder();

  t.throws(() => settlePayment(order, { ...aPayment(order), totalFen: 1 }, at));
});

t.test('before shipping refunds go by themselves, after it an operator decides', async (t) => {
  t.equal(decidedBy(paidOrder()), 'itself');
  t.equal(decidedBy(paidOrder({ status: 'refunding', resumeStatus: 'paid' })), 'itself');
  t.equal(decidedBy(shippedOrder()), 'operator');
  t.equal(decidedBy(shippedOrder({ status: 'refunding', resumeStatus: 'shipped' })), 'operator');
  const { next, followUps } = requestRefund(shippedOrder(), ask('R1'), NOON_MS);
  t.match(next, { status: 'refunding', resumeStatus: 'shipped', actAtMs: null });
  t.same(followUps, []);
});

t.test('a rejected refund leaves the order where it was, its clock running again', async (t) => {
  const order = shippedOrder();
  const { next: asked } = requestRefund(order, ask('R1', 90), NOON_MS);
  const { next } = rejectRefund(asked, 'R1');

  t.match(next, { status: 'shipped', resumeStatus: null, actAtMs: order.actAtMs });
  t.equal(refundableFen(next), order.payableFen);
  t.throws(() => rejectRefund(next, 'R1'), { code: 'ORDER_REFUND_DECIDED' });
  t.throws(() => approveRefund(next, 'R2', []), { code: 'ORDER_REFUND_NOT_FOUND' });
});

t.test('returned pieces go back on the operator’s word', async (t) => {
  const order = shippedOrder();
  const lines = [{ skuId: order.items[0]!.skuId, quantity: 1 }];
  const { next: asked } = requestRefund(order, ask('R1'), NOON_MS);

  const { followUps } = approveRefund(asked, 'R1', lines);

  t.match(followUps, [{ kind: 'createRefund' }, { kind: 'returnStock', refundNo: 'R1', lines }]);
});

t.test('a full refund before shipping releases the pieces, once', async (t) => {
  const { next: asked } = requestRefund(paidOrder(), ask('R1'), NOON_MS);
  const news = { refundNo: 'R1', outcome: 'succeeded' } as const;
  const done = finishRefund(asked, news, NOON_MS);

  t.equal(done.next.status, 'refunded');
  t.same(done.followUps, [{ kind: 'releaseStock', reason: 'refunded' }]);
  t.match(done.facts, [{ name: 'refunded', payload: { isFull: true } }]);
  t.equal(finishRefund(done.next, news, NOON_MS).next, done.next);
  t.equal(finishRefund(done.next, { ...news, outcome: 'closed' }, NOON_MS).next, done.next);
});

t.test('a refund the payer’s account does not take stays open until it ends', async (t) => {
  const { next: asked } = requestRefund(paidOrder(), ask('R1'), NOON_MS);
  const stalled = finishRefund(asked, { refundNo: 'R1', outcome: 'abnormal' }, NOON_MS).next;
  t.match(stalled, { status: 'refunding', refunds: [{ status: 'abnormal' }] });

  const done = finishRefund(stalled, { refundNo: 'R1', outcome: 'succeeded' }, NOON_MS).next;
  t.equal(done.status, 'refunded');
});

t.test('when stock is gone everything goes back, and no pieces are released', async (t) => {
  const missed = missStock(paidOrder(), 'Rstock00000', NOON_MS);
  t.match(missed.followUps, [{ kind: 'createRefund', amountFen: 990 }]);
  t.match(missed.facts, [{ name: 'stockMissed' }]);
  t.equal(missStock(missed.next, 'Rstock00000', NOON_MS).next, missed.next);
  const news = { refundNo: 'Rstock00000', outcome: 'succeeded' } as const;
  const done = finishRefund(missed.next, news, NOON_MS);
  t.equal(done.next.status, 'refunded');
  t.same(done.followUps, []);

  const free = missStock(paidOrder({ payableFen: 0, totalFen: 0 }), 'Rstock00000', NOON_MS);
  t.equal(free.next.status, 'refunded');
  t.same(free.followUps, []);
});

t.test('shipping starts the clock, and the buyer or the clock completes', async (t) => {
  const to = { carrier: 'SF', trackingNo: 'SF1' };
  const { next } = ship(paidOrder(), to, { nowMs: NOON_MS, confirmAfterMs: 1000 });
  t.match(next, { status: 'shipped', actAtMs: NOON_MS + 1000 });
  t.match(confirm(next, 'time', NOON_MS + 1000).next, { status: 'completed', actAtMs: null });
  t.throws(() => ship(next, to, { nowMs: NOON_MS, confirmAfterMs: 1 }), {
    code: 'ORDER_ILLEGAL_TRANSITION',
  });
});

t.test('whatever refunds are asked, decided and ended, no more goes back than came', async (t) => {
  const step = fc.record({
    kind: fc.constantFrom('ask', 'approve', 'reject', 'succeeded', 'abnormal', 'closed', 'miss'),
    amountFen: fc.option(fc.integer({ min: 1, max: 1200 }), { nil: undefined }),
    which: fc.integer({ min: 0, max: 5 }),
  });
  const property = fc.property(
    fc.array(step, { maxLength: 25 }),
    fc.boolean(),
    (steps, isShipped) => {
      let order = isShipped ? shippedOrder() : paidOrder();
      for (const [index, { kind, amountFen, which }] of steps.entries()) {
        const refundNo = order.refunds[which]?.refundNo ?? 'none';
        try {
          if (kind === 'ask')
            order = requestRefund(order, ask(`R${index}`, amountFen), NOON_MS).next;
          else if (kind === 'approve') order = approveRefund(order, refundNo, []).next;
          else if (kind === 'reject') order = rejectRefund(order, refundNo).next;
          else if (kind === 'miss') order = missStock(order, 'Rstock00000', NOON_MS).next;
          else order = finishRefund(order, { refundNo, outcome: kind }, NOON_MS).next;
        } catch (error) {
          const { code } = error as { code?: string };
          if (code === undefined) throw error;
        }
        const open = order.refunds.filter(({ status }) =>
          ['requested', 'processing', 'abnormal'].includes(status),
        );
        if (refundableFen(order) < 0 || refundedFen(order) > order.payableFen) return false;
        if ((order.status === 'refunding') !== open.length > 0) return false;
        if ((order.status === 'refunded') !== (refundedFen(order) === order.payableFen))
          return false;
      }
      return true;
    },
  );

  t.doesNotThrow(() => {
    fc.assert(property, { numRuns: 2000 });
  });
});

t.test('lists show operators nothing they need not know', async (t) => {
  const view = toMaskedOrderView(anOrder());

  t.match(view.address, { name: '张**', phone: '138****5678', detail: '***', city: '深圳市' });
  t.equal(view.remark, '***');
});
