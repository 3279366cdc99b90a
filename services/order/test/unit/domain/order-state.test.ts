import { readFileSync } from 'node:fs';
import t from 'tap';
import { nextStatus, orderTransitions } from '../../../src/domain/order-state.ts';
import { isOpen, nextRefundStatus, refundTransitions } from '../../../src/domain/refund-state.ts';

const edgesOf = (table: Record<string, Record<string, string>>) =>
  Object.entries(table).flatMap(([from, events]) =>
    Object.entries(events).map(([event, to]) => ({ from, event, to })),
  );

const reachableFrom = (table: Record<string, Record<string, string>>, starts: string[]) => {
  const seen = new Set(starts);
  for (const from of seen) for (const to of Object.values(table[from] ?? {})) seen.add(to);
  return seen;
};

const terminalsOf = (table: Record<string, Record<string, string>>) =>
  Object.entries(table)
    .filter(([, events]) => Object.keys(events).length === 0)
    .map(([from]) => from);

t.test('every status of an order is reached, and only closed and refunded are ends', async (t) => {
  const all = Object.keys(orderTransitions);

  t.same([...reachableFrom(orderTransitions, ['pending_payment'])].sort(), all.sort());
  t.same(terminalsOf(orderTransitions), ['closed', 'refunded']);
});

t.test('every state of a refund is reached, and the ends are not open', async (t) => {
  const reached = reachableFrom(refundTransitions, ['requested', 'processing']);

  t.same([...reached].sort(), Object.keys(refundTransitions).sort());
  t.same(terminalsOf(refundTransitions), ['succeeded', 'rejected', 'failed']);
  for (const status of ['succeeded', 'rejected', 'failed'] as const) t.notOk(isOpen(status));
});

t.test('what is not in the table is refused with the status and the event', async (t) => {
  t.throws(() => nextStatus('shipped', 'pay'), {
    code: 'ORDER_ILLEGAL_TRANSITION',
    data: { status: 'shipped', event: 'pay' },
  });
  t.equal(nextRefundStatus('succeeded', 'fail'), undefined);
});

t.test('nothing leads back to an unpaid order, nor from closed to anywhere', async (t) => {
  const edges = edgesOf(orderTransitions);

  t.same(
    edges.filter(({ to }) => to === 'pending_payment'),
    [],
  );
  t.same(
    edges.filter(({ from }) => from === 'closed'),
    [],
  );
});

t.test('the README draws these tables', async (t) => {
  const readme = readFileSync(new URL('../../../README.md', import.meta.url), 'utf8');
  for (const table of [orderTransitions, refundTransitions]) {
    const drawing = edgesOf(table)
      .map(({ from, event, to }) => `  ${from} --> ${to}: ${event}`)
      .join('\n');
    t.ok(readme.includes(drawing), `should contain\n${drawing}`);
  }
});
