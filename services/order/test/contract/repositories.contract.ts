import type { Test } from 'tap';
import { close, noteLateMoney, startPayment, unchanged } from '../../src/domain/order.ts';
import { finishRefund, requestRefund } from '../../src/domain/refund.ts';
import { settlePayment } from '../../src/domain/settle-payment.ts';
import type { FollowUpRepository, OrderRepository } from '../../src/repository.ts';
import { anItem, anOrderChange, aPayment, ids, NOON_MS } from '../support/builders.ts';

interface Store {
  readonly orders: OrderRepository;
  readonly followUps: FollowUpRepository;
  factsOf(orderNo: string): Promise<readonly string[]>;
  readonly hinted: readonly string[];
}

const at = { nowMs: NOON_MS, lateRefundNo: 'Rlate000000' };

/** What the repositories promise, the fakes and the real ones. */
export const repositoriesContract = async (t: Test, store: Store): Promise<void> => {
  const { orders, followUps, factsOf, hinted } = store;
  const anOrderInStore = async (over: Parameters<typeof anOrderChange>[0] = {}) => {
    const change = anOrderChange(over);
    await orders.insert(change);
    return change.next;
  };
  const pay = (order: Parameters<typeof aPayment>[0] & { readonly orderNo: string }) =>
    orders.update(order.orderNo, (current) => settlePayment(current, aPayment(order), at));

  await t.test('an order comes back as it was placed, lines in their order', async (t) => {
    const order = await anOrderInStore({ items: [anItem(), anItem({ quantity: 3 }), anItem()] });

    t.same(await orders.find(order.orderNo), order);
    t.equal(await orders.find('nobody00'), undefined);
    t.same(await factsOf(order.orderNo), ['created']);
  });

  await t.test('of 20 inserts of one number one is stored', async (t) => {
    const change = anOrderChange();

    const stored = await Promise.all(
      Array.from({ length: 20 }, () =>
        orders.insert({ ...change, next: { ...change.next, id: ids.next() } }),
      ),
    );

    t.equal(stored.filter(Boolean).length, 1);
    t.same(await factsOf(change.next.orderNo), ['created']);
  });

  await t.test('an answer that cannot be stored takes the order with it', async (t) => {
    const change = anOrderChange();
    const operation = {
      operationId: ids.next(),
      complete: () => Promise.reject(new Error('lost the claim')),
    };

    await t.rejects(orders.insert(change, { operation, toResult: () => null }), /lost the claim/);

    t.equal(await orders.find(change.next.orderNo), undefined);
    t.same(await factsOf(change.next.orderNo), []);
  });

  await t.test('a change, its facts and its follow-ups are stored together', async (t) => {
    const order = await anOrderInStore();

    const paid = await pay(order);

    t.match(paid, { status: 'paid', transactionId: aPayment(order).transactionId });
    t.same(await orders.find(order.orderNo), paid);
    t.same(await factsOf(order.orderNo), ['created', 'paid']);
    const first = await followUps.first(order.id, 'stock');
    t.match(first, { orderNo: order.orderNo, followUp: { kind: 'commitStock' }, attempts: 0 });
    t.ok(hinted.includes(first?.id ?? ''), 'its job is asked for after the commit');
    t.equal(await followUps.first(order.id, 'pay'), undefined);
  });

  await t.test('a change that throws, or changes nothing, writes nothing', async (t) => {
    const order = await anOrderInStore();
    const fail = () => {
      throw new Error('no');
    };

    await t.rejects(orders.update(order.orderNo, fail), /no/);
    await orders.update(order.orderNo, unchanged);

    t.same(await orders.find(order.orderNo), order);
    await t.rejects(orders.update('nobody00', unchanged), { code: 'ORDER_NOT_FOUND' });
  });

  await t.test('of 20 payments and closings at once exactly one takes effect', async (t) => {
    const order = await anOrderInStore();

    await Promise.allSettled(
      Array.from({ length: 20 }, (_, index) =>
        index % 2 === 0
          ? pay(order)
          : orders.update(order.orderNo, (current) =>
              close(current, 'cancelled', { nowMs: NOON_MS, mayStillPay: false }),
            ),
      ),
    );

    const facts = await factsOf(order.orderNo);
    t.equal(facts.length, 2, facts.join());
  });

  await t.test('refunds are kept with their order, and move on', async (t) => {
    const order = await anOrderInStore();
    await pay(order);
    const refundNo = `R${ids.next()}`;
    const asked = { refundNo, amountFen: 400, reason: '不想要了' };

    const refunding = await orders.update(order.orderNo, (current) =>
      requestRefund(current, asked, NOON_MS),
    );
    t.same(await orders.find(order.orderNo), refunding);
    const after = await orders.update(order.orderNo, (current) =>
      finishRefund(current, { refundNo, outcome: 'succeeded' }, NOON_MS),
    );

    t.match(after, { status: 'paid', refunds: [{ refundNo, status: 'succeeded' }] });
    t.same(await orders.find(order.orderNo), after);
  });

  await t.test('of 20 refunds of everything at once one is accepted', async (t) => {
    const order = await anOrderInStore();
    await pay(order);

    const tries = await Promise.allSettled(
      Array.from({ length: 20 }, () =>
        orders.update(order.orderNo, (current) =>
          requestRefund(
            current,
            { refundNo: `R${ids.next()}`, amountFen: undefined, reason: '退' },
            NOON_MS,
          ),
        ),
      ),
    );

    t.equal(tries.filter(({ status }) => status === 'fulfilled').length, 1);
    t.equal((await orders.find(order.orderNo))?.refunds.length, 1);
  });

  await t.test('every column that can change comes back', async (t) => {
    const order = await anOrderInStore();
    await orders.update(order.orderNo, (current) => startPayment(current, NOON_MS + 5));
    const closed = await orders.update(order.orderNo, (current) =>
      close(current, 'timeout', { nowMs: NOON_MS + 6, mayStillPay: true }),
    );
    const noted = await orders.update(order.orderNo, (current) => noteLateMoney(current, 990));

    t.match(closed, { payStartedAtMs: NOON_MS + 5, closeReason: 'timeout', actAtMs: null });
    t.same(await orders.find(order.orderNo), noted);
  });

  await t.test('lists are filtered, the newest first, page by page', async (t) => {
    const userId = ids.next();
    const [first, second, third] = [
      await anOrderInStore({ userId }),
      await anOrderInStore({ userId, nowMs: NOON_MS + 10 }),
      await anOrderInStore({ userId, nowMs: NOON_MS + 20 }),
    ];
    await pay(second);
    const numbers = async (request: Parameters<OrderRepository['list']>[0]) =>
      (await orders.list(request)).map(({ orderNo }) => orderNo);

    t.same(await numbers({ userId, limit: 2 }), [third.orderNo, second.orderNo]);
    t.same(await numbers({ userId, limit: 2, beforeId: second.id }), [first.orderNo]);
    t.same(await numbers({ userId, limit: 9, status: 'paid' }), [second.orderNo]);
    t.same(
      await numbers({
        ...{ userId, limit: 9 },
        ...{ createdFromMs: NOON_MS + 10, createdBeforeMs: NOON_MS + 20 },
      }),
      [second.orderNo],
    );
    t.same(await numbers({ userId: ids.next(), limit: 9 }), []);
  });

  await t.test('what is due is found, and what was postponed waits', async (t) => {
    const early = await anOrderInStore({ nowMs: NOON_MS - 90_000_000 });
    const dueAtMs = early.actAtMs ?? 0;

    t.same(await orders.listDue(dueAtMs, 10), [early.orderNo]);
    t.same(await orders.listDue(dueAtMs - 1, 10), []);
    await orders.postpone(early.orderNo, NOON_MS + 9);
    t.same(await orders.listDue(dueAtMs, 10), []);
    await pay(early);
    await orders.postpone(early.orderNo, dueAtMs);
    t.same(await orders.listDue(dueAtMs, 10), [], 'what has no deadline any more gets none');
  });

  await t.test('a follow-up ends once, with what its answer changed', async (t) => {
    const order = await anOrderInStore();
    await pay(order);
    const pending = (await followUps.first(order.id, 'stock'))!;

    await t.rejects(
      followUps.finish(pending, () => Promise.reject(new Error('no'))),
      /no/,
    );
    t.equal((await followUps.first(order.id, 'stock'))?.id, pending.id);
    await followUps.retryLater(pending, pending.dueAtMs + 60_000_000);
    t.match(await followUps.first(order.id, 'stock'), { attempts: 1 });
    const ended = await Promise.all(
      Array.from({ length: 20 }, () =>
        followUps.finish(pending, (scope) =>
          orders.update(order.orderNo, (current) => noteLateMoney(current, 1), { scope }),
        ),
      ),
    );

    t.equal(ended.filter(Boolean).length, 1);
    t.match(await orders.find(order.orderNo), { lateMoneyFen: 1 });
    t.equal(await followUps.first(order.id, 'stock'), undefined);
  });

  await t.test('a follow-up that is due is listed with its lane', async (t) => {
    const order = await anOrderInStore();
    await pay(order);
    const pending = (await followUps.first(order.id, 'stock'))!;

    const due = await followUps.listDue(pending.dueAtMs, 1000);

    t.same(
      due.filter(({ orderId }) => orderId === order.id),
      [{ id: pending.id, orderId: order.id, lane: 'stock' }],
    );
    t.same(
      (await followUps.listDue(pending.dueAtMs - 1, 1000)).filter(
        ({ orderId }) => orderId === order.id,
      ),
      [],
    );
  });
};
