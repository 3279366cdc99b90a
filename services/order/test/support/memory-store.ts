import { laneOf, followUpDelayMs } from '../../src/domain/follow-up.ts';
import type { Order, OrderChange } from '../../src/domain/order.ts';
import type { OrderFact } from '../../src/domain/order-fact.ts';
import { orderError } from '../../src/errors.ts';
import type { FollowUpRepository, OrderRepository, PendingFollowUp } from '../../src/repository.ts';
import { NOON_MS } from './builders.ts';

/** The repositories without a database; the contract suite keeps them as strict as MySQL. */
export const createMemoryStore = () => {
  const byNumber = new Map<string, Order>();
  const facts: OrderFact[] = [];
  const hinted: string[] = [];
  let pending: PendingFollowUp[] = [];
  let lastId = 0;

  // What the row lock does in MySQL: nobody gets in between, also while an answer is stored.
  let last: Promise<unknown> = Promise.resolve();
  const oneByOne = <R>(work: () => Promise<R>): Promise<R> => {
    const mine = last.then(work);
    last = mine.catch(() => undefined);
    return mine;
  };

  const store = ({ next, facts: news, followUps }: OrderChange): void => {
    byNumber.set(next.orderNo, next);
    facts.push(...news);
    for (const followUp of followUps) {
      lastId += 1;
      const { id: orderId, orderNo } = next;
      const dueAtMs = NOON_MS + followUpDelayMs(followUp);
      const lane = laneOf(followUp);
      pending.push({ id: String(lastId), orderId, orderNo, lane, followUp, attempts: 0, dueAtMs });
      hinted.push(String(lastId));
    }
  };

  const apply: OrderRepository['update'] = async (orderNo, change, options = {}) => {
    const current = byNumber.get(orderNo);
    if (current === undefined) throw orderError('ORDER_NOT_FOUND');
    const changed = change(current);
    const { operation, toResult } = options;
    if (operation !== undefined && toResult !== undefined)
      await operation.complete(undefined, toResult(changed.next));
    if (changed.next !== current) store(changed);
    return changed.next;
  };

  const orders: OrderRepository = {
    insert: (change, { operation, toResult } = {}) =>
      oneByOne(async () => {
        if (byNumber.has(change.next.orderNo)) return false;
        if (operation !== undefined && toResult !== undefined)
          await operation.complete(undefined, toResult(change.next));
        store(change);
        return true;
      }),
    find: (orderNo) => Promise.resolve(byNumber.get(orderNo)),
    update: (orderNo, change, options = {}) =>
      options.scope === undefined
        ? oneByOne(() => apply(orderNo, change, options))
        : apply(orderNo, change, options),
    list: ({ limit, beforeId, userId, status, createdFromMs = 0, createdBeforeMs = Infinity }) =>
      Promise.resolve(
        [...byNumber.values()]
          .filter(
            (order) =>
              (beforeId === undefined || order.id < beforeId) &&
              (userId === undefined || order.userId === userId) &&
              (status === undefined || order.status === status) &&
              order.createdAtMs >= createdFromMs &&
              order.createdAtMs < createdBeforeMs,
          )
          .sort((a, b) => (a.id < b.id ? 1 : -1))
          .slice(0, limit),
      ),
    listDue: (untilMs, limit) =>
      Promise.resolve(
        [...byNumber.values()]
          .filter(({ actAtMs }) => actAtMs !== null && actAtMs <= untilMs)
          .sort((a, b) => (a.actAtMs ?? 0) - (b.actAtMs ?? 0))
          .slice(0, limit)
          .map(({ orderNo }) => orderNo),
      ),
    postpone: (orderNo, untilMs) => {
      const order = byNumber.get(orderNo);
      if (order !== undefined && order.actAtMs !== null)
        byNumber.set(orderNo, { ...order, actAtMs: untilMs });
      return Promise.resolve();
    },
  };

  const followUps: FollowUpRepository = {
    first: (orderId, lane) =>
      Promise.resolve(pending.find((one) => one.orderId === orderId && one.lane === lane)),
    finish: ({ id }, change) =>
      oneByOne(async () => {
        if (!pending.some((one) => one.id === id)) return false;
        await change?.('scope');
        pending = pending.filter((one) => one.id !== id);
        return true;
      }),
    retryLater: ({ id, attempts }, dueAtMs) => {
      pending = pending.map((one) =>
        one.id === id && one.attempts === attempts
          ? { ...one, attempts: attempts + 1, dueAtMs }
          : one,
      );
      return Promise.resolve();
    },
    listDue: (untilMs, limit) =>
      Promise.resolve(
        pending
          .filter(({ dueAtMs }) => dueAtMs <= untilMs)
          .sort((a, b) => a.dueAtMs - b.dueAtMs)
          .slice(0, limit)
          .map(({ id, orderId, lane }) => ({ id, orderId, lane })),
      ),
  };

  const factsOf = (orderNo: string): Promise<readonly OrderFact['name'][]> =>
    Promise.resolve(
      facts.filter(({ payload }) => payload.orderNo === orderNo).map(({ name }) => name),
    );
  return { orders, followUps, factsOf, hinted };
};
