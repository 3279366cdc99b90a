import t from 'tap';
import {
  applyNews,
  askPauseMs,
  isOver,
  isSameRefund,
  lateRefundNo,
  lookAgain,
} from '../../../src/domain/refund.ts';
import { aPayment, aRefund, newsOf, NOON_MS } from '../../support/builders.ts';

const refund = aRefund(aPayment());

t.test('accepted is not given back: it is asked about again', async (t) => {
  const accepted = applyNews(refund, newsOf(refund, { state: 'processing' }), NOON_MS);

  t.match(accepted, { state: 'processing', actAtMs: NOON_MS + 60_000, attempts: 1 });
  t.equal(isOver(accepted), false);
});

t.test('an end needs no more looking after', async (t) => {
  for (const state of ['succeeded', 'closed', 'abnormal'] as const)
    t.match(applyNews(refund, newsOf(refund, { state }), NOON_MS), { state, actAtMs: null });
  t.equal(isOver({ state: 'succeeded' }), true);
  t.equal(isOver({ state: 'closed' }), true);
  t.equal(isOver({ state: 'abnormal' }), false);
});

t.test('an abnormal refund can still succeed; a final one never changes', async (t) => {
  const abnormal = applyNews(refund, newsOf(refund, { state: 'abnormal' }), NOON_MS);
  const succeeded = applyNews(abnormal, newsOf(refund), NOON_MS);

  t.equal(succeeded.state, 'succeeded');
  for (const state of ['processing', 'abnormal', 'closed', 'succeeded'] as const)
    t.equal(applyNews(succeeded, newsOf(refund, { state }), NOON_MS), succeeded, state);
});

t.test('news of another amount or order are not of this refund', async (t) => {
  t.equal(applyNews(refund, newsOf(refund, { amountFen: 301 }), NOON_MS), refund);
  t.equal(applyNews(refund, newsOf(refund, { orderNo: 'another' }), NOON_MS), refund);
});

t.test('it is looked at after 1, 2, 5, 15 and then every 60 minutes', async (t) => {
  const minutes = Array.from({ length: 7 }, (_, index) => askPauseMs(index) / 60_000);

  t.same(minutes, [1, 2, 5, 15, 60, 60, 60]);
  t.match(lookAgain(refund, NOON_MS), { attempts: 1, actAtMs: NOON_MS + 120_000 });
  t.match(lookAgain(refund, NOON_MS, 7), { attempts: 1, actAtMs: NOON_MS + 7 });
});

t.test('a number stands for one order and one amount', async (t) => {
  t.equal(isSameRefund(refund, { ...refund, reason: 'another text' }), true);
  t.equal(isSameRefund(refund, { ...refund, amountFen: 1 }), false);
  t.equal(isSameRefund(refund, { ...refund, orderNo: 'another' }), false);
});

t.test('the number of a late refund fits into 64 characters for every order number', async (t) => {
  t.ok(lateRefundNo('x'.repeat(32)).length <= 64);
});
