import { gzipSync } from 'node:zlib';
import { pay, type ResultOf } from '@app/contracts';
import { eventually } from '@app/testing';
import t from 'tap';
import { beijingDay, DAY_MS, dayStartMs } from '../../src/domain/beijing-day.ts';
import { MCHID, startWorld } from '../support/start-world.ts';

const { createPrepay, findPayment, createRefund, findRefund } = pay.actions;
const { listBills, reconcileBill, listTickets, resolveTicket } = pay.actions;
const HOUR_MS = 3_600_000;
const PATIENT = { withinMs: 60_000, everyMs: 200 };

const world = await startWorld(t);
const { call, clock, state, database, anOrder, payerPays, settings } = world;
const admin = {
  caller: { kind: 'admin' as const, adminId: 'admin-1', marks: ['pay:read', 'pay:reconcile'] },
};

const goTo = (ms: number): void => clock.advance(ms - clock.nowMs());

type Ticket = ResultOf<typeof listTickets>['items'][number];

const ticketsOf = async (day: string): Promise<readonly Ticket[]> => {
  const { items } = await call(listTickets, { limit: 100 }, admin);
  return items.filter((ticket) => ticket.day === day);
};

const billsOf = async (day: string) => {
  const { items } = await call(listBills, { limit: 100 }, admin);
  const found = items.find((item) => item.day === day);
  if (found === undefined) throw new Error(`nobody wants ${day}`);
  return found;
};

const reconciled = (day: string, isDone = (_: Awaited<ReturnType<typeof billsOf>>) => true) =>
  eventually(async () => {
    const found = await billsOf(day);
    if (found.state !== 'reconciled' || !isDone(found)) throw new Error(JSON.stringify(found));
    return found;
  }, PATIENT);

const nameOf = ({ subject, category, number }: Ticket): string =>
  `${subject} ${category} ${number}`;

const buy = async (): Promise<string> => {
  const order = anOrder();
  const { prepayId } = await call(createPrepay, order);
  payerPays(prepayId);
  await eventually(async () => {
    const payment = await call(findPayment, { orderNo: order.orderNo, refresh: true });
    if (payment.state !== 'paid') throw new Error(payment.state);
  }, PATIENT);
  return order.orderNo;
};

const giveBack = async (orderNo: string): Promise<string> => {
  const refundNo = `R-${orderNo}`;
  await call(createRefund, { refundNo, orderNo, amountFen: 300, reason: '不想要了' });
  return refundNo;
};

// Noon of tomorrow, so that nothing here happens around midnight.
goTo(dayStartMs(beijingDay(clock.nowMs())) + DAY_MS + 12 * HOUR_MS);
const day = beijingDay(clock.nowMs());

const orders: string[] = [];
for (let count = 0; count < 9; count += 1) orders.push(await buy());
const refunds = await Promise.all(orders.slice(0, 5).map(giveBack));
await eventually(
  async () => {
    clock.advance(30_000);
    const all = await Promise.all(refunds.map((refundNo) => call(findRefund, { refundNo })));
    if (all.some((refund) => refund.state !== 'succeeded')) throw new Error(JSON.stringify(all));
  },
  { withinMs: 60_000, everyMs: 500 },
);

t.test('a bill that WeChat still makes is asked for again later', async (t) => {
  settings({ billReadyHour: 11 });
  goTo(dayStartMs(day) + DAY_MS + 9 * HOUR_MS);
  await eventually(() => billsOf(day), PATIENT);
  t.match(await billsOf(day), { state: 'wanted', attempts: 0, result: null }, 'not before 10:30');

  goTo(dayStartMs(day) + DAY_MS + 10.6 * HOUR_MS);

  await eventually(async () => (await billsOf(day)).attempts > 0, PATIENT);
  t.match(await billsOf(day), { state: 'wanted', result: null });
});

t.test('of ten differences ten are found, the healable healed, the rest ticketed', async (t) => {
  state.bills.seedErrors(MCHID, day, {
    omit: [orders[0]!, refunds[0]!],
    addFen: { [orders[1]!]: 5, [refunds[1]!]: -3 },
    invent: [{ outTradeNo: 'NOBODY1', totalFen: 777 }],
    repeat: [orders[2]!, refunds[2]!],
  });
  // What our rows would say had news got lost, and had somebody closed what was being paid.
  const forget = 'transaction_id = null, paid_at = null, query_at = null';
  await database.sql(`update payment set state = 'pending', ${forget} where order_no = ?`, [
    orders[6]!,
  ]);
  await database.sql(`update payment set state = 'closed', ${forget} where order_no = ?`, [
    orders[7]!,
  ]);
  await database.sql(`update refund set state = 'processing', act_at = null where refund_no = ?`, [
    refunds[3]!,
  ]);

  goTo(dayStartMs(day) + DAY_MS + 11.5 * HOUR_MS);
  const { result, tickets } = await reconciled(day);

  const found = await ticketsOf(day);
  t.same(
    found
      .filter((ticket) => ticket.state === 'healed')
      .map(nameOf)
      .sort(),
    [
      `payment missing_here ${orders[6]!}`,
      `payment state_differs ${orders[7]!}`,
      `refund missing_here ${refunds[3]!}`,
    ].sort(),
  );
  t.same(
    found
      .filter((ticket) => ticket.state === 'open')
      .map((ticket) => `${nameOf(ticket)} ${ticket.deltaFen}`)
      .sort(),
    [
      `payment missing_there ${orders[0]!} -990`,
      `refund missing_there ${refunds[0]!} -300`,
      `payment amount_differs ${orders[1]!} 5`,
      `refund amount_differs ${refunds[1]!} -3`,
      'payment unknown_order NOBODY1 777',
      `payment duplicate_line ${orders[2]!} 990`,
      `refund duplicate_line ${refunds[2]!} 300`,
    ].sort(),
  );
  t.same(tickets, { open: 7, healed: 3, resolved: 0 });
  t.match(result, {
    paymentLines: 10,
    ourPaidFen: 9 * 990,
    theirPaidFen: 9 * 990 - 990 + 5 + 777 + 990,
    refundLines: 5,
    ourRefundedFen: 5 * 300,
    theirRefundedFen: 5 * 300 - 300 - 3 + 300,
    unexplainedFen: 0,
  });
  t.match(await call(findPayment, { orderNo: orders[6]! }), { state: 'paid' });
  t.match(await call(findPayment, { orderNo: orders[7]! }), { state: 'paid_late' });
  t.match(await call(findRefund, { refundNo: refunds[3]! }), { state: 'succeeded' });
});

t.test('a day that is reconciled again changes nothing', async (t) => {
  const before = [await ticketsOf(day), await billsOf(day)] as const;
  clock.advance(1000);

  await call(reconcileBill, { day }, admin);
  const after = await reconciled(
    day,
    ({ result }) => result?.reconciledAt !== before[1].result?.reconciledAt,
  );

  t.same(await ticketsOf(day), before[0]);
  const { reconciledAt } = before[1].result!;
  t.same({ ...after.result, reconciledAt }, before[1].result);
  t.same(after.tickets, before[1].tickets);
});

t.test('a ticket is resolved once, and stays so when the day is compared again', async (t) => {
  const ticket = (await ticketsOf(day)).find(({ number }) => number === 'NOBODY1')!;
  const note = '微信侧测试单';

  const resolved = await call(resolveTicket, { id: ticket.id, note }, admin);
  const repeat = await call(resolveTicket, { id: ticket.id, note }, admin);

  t.match(resolved, { state: 'resolved', note, resolvedBy: 'admin-1' });
  t.same(repeat, resolved);
  await t.rejects(call(resolveTicket, { id: ticket.id, note: 'another' }, admin), {
    code: 'RECONCILIATION_TICKET_CLOSED',
  });
  await t.rejects(call(resolveTicket, { id: '0'.repeat(26), note }, admin), {
    code: 'RECONCILIATION_TICKET_NOT_FOUND',
  });
  const before = await billsOf(day);
  clock.advance(1000);
  await call(reconcileBill, { day }, admin);
  const after = await reconciled(
    day,
    ({ result }) => result?.reconciledAt !== before.result?.reconciledAt,
  );
  t.same(after.tickets, { open: 6, healed: 3, resolved: 1 });
});

t.test('a file without the promised hash is refused, and fetched again', async (t) => {
  const { download } = state.bills;
  Object.assign(state.bills, { download: () => gzipSync('交易时间\r\n') });
  t.teardown(() => Object.assign(state.bills, { download }));

  await call(reconcileBill, { day }, admin);
  await eventually(async () => (await billsOf(day)).attempts > 0, PATIENT);

  t.equal((await billsOf(day)).state, 'wanted');
  t.ok(world.lines.some((line) => line.includes('hash that was promised')));
  Object.assign(state.bills, { download });
  clock.advance(HOUR_MS);
  t.match(await reconciled(day), { tickets: { open: 6, healed: 3, resolved: 1 } });
});

t.test('what dies between download and comparison goes on with the stored file', async (t) => {
  await database.sql('rename table payment to payment_away');
  await call(reconcileBill, { day }, admin);
  await eventually(async () => (await billsOf(day)).state === 'downloaded', PATIENT);
  world.sandbox.state.faults.add({ match: { path: '/v3/bill/*' }, fault: { status: 503 } });
  t.teardown(() => {
    world.sandbox.state.faults.clear();
  });

  await database.sql('rename table payment_away to payment');

  t.match(await reconciled(day), {
    result: { unexplainedFen: 0 },
    tickets: { open: 6, healed: 3, resolved: 1 },
  });
});

t.test('a day without anything has no bill and nothing to explain', async (t) => {
  const empty = beijingDay(dayStartMs(day) - 40 * DAY_MS);

  await call(reconcileBill, { day: empty }, admin);

  t.match(await reconciled(empty), {
    result: { paymentLines: 0, refundLines: 0, unexplainedFen: 0 },
    tickets: { open: 0, healed: 0, resolved: 0 },
  });
});

t.test('today, the future and a day that is none have no bill', async (t) => {
  for (const wrong of [beijingDay(clock.nowMs()), '2099-01-01', '2026-02-31', '2025-01-01'])
    await t.rejects(call(reconcileBill, { day: wrong }, admin), {
      code: 'VALIDATION_FAILED',
      data: { errors: [{ field: 'day' }] },
    });
});

t.test('no openid of a bill stands in a row as it is', async (t) => {
  const rows = await database.sql('select * from bill');
  t.ok(rows.length >= 2);
  t.notMatch(JSON.stringify(rows), /o-anna/);
});
