import t from 'tap';
import {
  nextPaymentState,
  nextRefundState,
  paymentTransitions,
  refundTransitions,
} from '../../../src/domain/payment-state.ts';

type Table = Readonly<Record<string, Readonly<Record<string, string>>>>;

const reachable = (table: Table, from: string): readonly string[] => {
  const seen = new Set([from]);
  for (const state of seen) for (const next of Object.values(table[state] ?? {})) seen.add(next);
  return [...seen].sort();
};

const terminals = (table: Table): readonly string[] =>
  Object.keys(table)
    .filter((state) => Object.keys(table[state] ?? {}).length === 0)
    .sort();

t.test('every state of a payment can be reached, and paid money stays where it is', async (t) => {
  t.same(reachable(paymentTransitions, 'pending'), Object.keys(paymentTransitions).sort());
  t.same(terminals(paymentTransitions), ['paid', 'paid_late']);
});

t.test('every state of a refund can be reached, and abnormal is not the end', async (t) => {
  t.same(reachable(refundTransitions, 'requested'), Object.keys(refundTransitions).sort());
  t.same(terminals(refundTransitions), ['closed', 'succeeded']);
});

t.test('what is not in the tables does not happen', async (t) => {
  t.equal(nextPaymentState('paid', 'closed_at_wechat'), undefined);
  t.equal(nextPaymentState('paid_late', 'money_came'), undefined);
  t.equal(nextPaymentState('closed', 'closed_at_wechat'), undefined);
  t.equal(nextRefundState('succeeded', 'closed'), undefined);
  t.equal(nextRefundState('abnormal', 'accepted'), undefined);
  t.equal(nextRefundState('closed', 'succeeded'), undefined);
});
