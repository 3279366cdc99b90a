import { goods, pay, stock, user, wechatCcs, type AnyAction } from '@app/contracts';
import { DomainError } from '@app/kernel';
import { actionHandlers, type App, type Caller, type Host } from '@app/runtime';
import { createTestHost, eventually, testEnv, testNamespace } from '@app/testing';
import type { Test } from 'tap';
import { createApp } from '../../src/app.ts';
import { readConfig } from '../../src/config.ts';
import { anAddress, ids } from './builders.ts';
import { K1, migratedDatabase, mysqlEnv } from './order-store.ts';

export const shopper = (userId: string = ids.next()): Caller & { readonly userId: string } => ({
  kind: 'user',
  userId,
  sessionId: ids.next(),
});
export const operator: Caller = {
  kind: 'admin',
  adminId: ids.next(),
  marks: ['order:read', 'order:ship', 'refund:decide'],
};

type When = 'before' | 'after';
/** The params of all actions that are played, as one. */
interface Params {
  readonly items: readonly { readonly skuId: string; readonly quantity: number }[];
  readonly lines: readonly { readonly skuId: string; readonly quantity: number }[];
  readonly orderNo: string;
  readonly refundNo: string;
  readonly userId: string;
  readonly addressId: string;
  readonly reason: string;
  readonly expiresAtMs: number;
  readonly totalFen: number;
  readonly amountFen: number;
  readonly openid: string;
  readonly payment: { readonly transactionId: string };
  readonly parcels: readonly { readonly trackingNo: string }[];
}

/** Failures that a test asks for: before the effect, or after it when only the answer is lost. */
const createFaults = () => {
  const planned = new Map<string, When[]>();
  const down = new Set<string>();
  const calls: string[] = [];
  const unavailable = () => new DomainError('SERVICE_UNAVAILABLE', 'unavailable');
  return {
    calls,
    /** While it is down every call of this neighbour fails before its effect. */
    down,
    failNext: (action: string, ...when: When[]) =>
      planned.set(action, [...(planned.get(action) ?? []), ...when]),
    run: async <R>(action: string, effect: () => R | Promise<R>): Promise<R> => {
      calls.push(action);
      if (down.has(action.split('.')[0] ?? '')) throw unavailable();
      const fault = planned.get(action)?.shift();
      if (fault === 'before') throw unavailable();
      const result = await effect();
      if (fault === 'after') throw unavailable();
      return result;
    },
  };
};

const refuse = (code: string, kind: 'conflict' | 'not_found' = 'conflict', data = {}) =>
  new DomainError(code, kind, { data });

interface Reservation {
  state: 'held' | 'committed' | 'released' | 'expired' | 'forfeited';
  readonly lines: readonly { skuId: string; quantity: number }[];
  readonly expiresAtMs: number;
}
interface Payment {
  state: 'pending' | 'paid' | 'closed' | 'paid_late';
  readonly totalFen: number;
}

/** goods, user, stock and pay in memory, as strict as their contracts. */
const createNeighbours = () => {
  const faults = createFaults();
  const prices = new Map<string, number>();
  const onHand = new Map<string, number>();
  const reservations = new Map<string, Reservation>();
  const returns: string[] = [];
  const payments = new Map<string, Payment>();
  const refunds = new Map<string, { orderNo: string; amountFen: number }>();
  const hooks: { prepayMade?: (orderNo: string) => Promise<void> } = {};

  const availableOf = (skuId: string): number => {
    let left = onHand.get(skuId) ?? 0;
    for (const { state, lines } of reservations.values())
      if (state === 'held' || state === 'committed')
        for (const line of lines) if (line.skuId === skuId) left -= line.quantity;
    return left;
  };

  const handlers: Record<string, (params: Params) => unknown> = {
    'goods.priceLines': ({ items }) => ({
      lines: items.map(({ skuId, quantity }) => {
        const priceFen = prices.get(skuId);
        if (priceFen === undefined) throw refuse('SKU_NOT_FOR_SALE');
        return {
          ...{ skuId, spuId: skuId, quantity, title: '青瓷茶壶', skuName: '大号' },
          ...{ attributes: {}, image: 'https://img.example.com/a.png', priceFen },
          snapshotHash: 'a'.repeat(64),
        };
      }),
    }),
    'user.getAddress': ({ addressId }) => ({ ...anAddress(), id: addressId, isDefault: true }),
    'user.findWechatOpenid': ({ userId }) => ({ openid: `o-${userId}` }),
    'stock.reserve': ({ orderNo, lines, expiresAtMs }) => {
      const known = reservations.get(orderNo);
      if (known !== undefined && known.state !== 'held') throw refuse('STOCK_RESERVATION_ENDED');
      for (const { skuId, quantity } of known === undefined ? lines : [])
        if (availableOf(skuId) < quantity) throw refuse('STOCK_EXHAUSTED', 'conflict', { skuId });
      const held = known ?? { state: 'held' as const, lines, expiresAtMs };
      reservations.set(orderNo, held);
      return { ...held, orderNo, reservationId: ids.next(), lines: [...held.lines] };
    },
    'stock.commit': ({ orderNo }) => {
      const found = reservations.get(orderNo);
      if (found === undefined) throw refuse('STOCK_RESERVATION_NOT_FOUND', 'not_found');
      if (found.state === 'held') found.state = 'committed';
      if (found.state === 'expired') found.state = 'forfeited';
      const outcomes = { committed: 'committed', forfeited: 'exhausted' } as Record<string, string>;
      return { orderNo, outcome: outcomes[found.state] ?? 'released' };
    },
    'stock.release': ({ orderNo, reason }) => {
      const found = reservations.get(orderNo);
      if (found?.state === 'committed' && reason === 'closed')
        throw refuse('STOCK_ILLEGAL_TRANSITION');
      if (found !== undefined && found.state !== 'forfeited') found.state = 'released';
      return { orderNo, state: found?.state ?? 'released' };
    },
    'stock.returnStock': ({ orderNo, refundNo }) => {
      if (!returns.includes(refundNo)) returns.push(refundNo);
      return { orderNo, refundNo };
    },
    'wechat-ccs.uploadShippingInfo': ({ payment, openid, parcels }) => {
      shipments.push(`${payment.transactionId} ${openid} ${parcels[0]?.trackingNo}`);
      return { outcome: 'uploaded' };
    },
    'pay.createPrepay': async ({ orderNo, totalFen }) => {
      const payment = payments.get(orderNo) ?? { state: 'pending' as const, totalFen };
      if (payment.state !== 'pending') throw refuse('PAYMENT_ILLEGAL_TRANSITION');
      payments.set(orderNo, payment);
      await hooks.prepayMade?.(orderNo);
      return {
        ...{ prepayId: `wx${orderNo}`, timeStamp: '1', nonceStr: 'n', package: `prepay_id=wx` },
        ...{ signType: 'RSA', paySign: 's' },
      };
    },
    'pay.findPayment': ({ orderNo }) => viewOf(orderNo),
    'pay.closePayment': ({ orderNo }) => {
      const found = payments.get(orderNo);
      if (found?.state === 'pending') found.state = 'closed';
      return viewOf(orderNo);
    },
    'pay.createRefund': ({ refundNo, orderNo, amountFen }) => {
      refunds.set(refundNo, { orderNo, amountFen });
      return { refundNo, orderNo, amountFen, state: 'requested' };
    },
  };

  const shipments: string[] = [];
  const paidAtMs = 1_795_161_600_123;
  const viewOf = (orderNo: string) => {
    const found = payments.get(orderNo);
    if (found === undefined) throw refuse('PAYMENT_NOT_FOUND', 'not_found');
    const isPaid = found.state === 'paid';
    return {
      ...{ orderNo, state: found.state, totalFen: found.totalFen, refundedFen: 0 },
      ...{ transactionId: isPaid ? `4200${orderNo}` : null, paidAtMs: isPaid ? paidAtMs : null },
    };
  };

  const contracts = { goods, user, stock, pay, 'wechat-ccs': wechatCcs };
  const apps: readonly App[] = Object.entries(contracts).map(([name, contract]) => {
    const mine = Object.keys(handlers).filter((key) => key.startsWith(`${name}.`));
    const actions = Object.fromEntries(
      mine.map((key) => {
        const action = key.slice(name.length + 1);
        return [action, (contract.actions as Record<string, AnyAction>)[action]];
      }),
    );
    const served = Object.fromEntries(
      mine.map((key) => [
        key.slice(name.length + 1),
        (params: Params) => faults.run(key, () => handlers[key]?.(params)),
      ]),
    );
    const schema = actionHandlers({ ...contract, actions } as never, served as never);
    return { name, schemas: [schema], stores: [], workers: [] };
  });

  return {
    apps,
    faults,
    prices,
    onHand,
    reservations,
    returns,
    payments,
    refunds,
    shipments,
    hooks,
    availableOf,
    paidAtMs,
  };
};

/** Nodes of this service on real stores, with neighbours that do what the test wants. */
export const startWorld = async (t: Test, more: Readonly<Record<string, string>> = {}) => {
  const namespace = testNamespace();
  const database = await migratedDatabase(t);
  const neighbours = createNeighbours();
  const { nats, redis } = testEnv();
  const env = {
    ...{ NATS_URL: nats.url, NAMESPACE: namespace, REDIS_ADDR: redis.addr },
    ...{ DATA_KEYS: K1, WXMP_APPID: 'wx0000000000000001', ORDER_SWEEP_EVERY_MS: '500' },
    ...mysqlEnv(database),
    ...more,
  };
  const startNode = async (): Promise<Host> => {
    const host = await createTestHost({ service: 'order', namespace, scope: t });
    host.add(createApp(host, readConfig(env)));
    await host.start();
    return host;
  };
  const outside = await createTestHost({ service: 'outside', namespace, scope: t });
  for (const app of neighbours.apps) outside.add(app);
  await outside.start();
  const node = await startNode();
  await outside.broker.waitForServices([{ name: 'order', version: 1 }], 10_000);

  const facts: { name: string; payload: Record<string, unknown> }[] = [];
  for (const name of [
    'created',
    'paid',
    'closed',
    'shipped',
    'completed',
    'refunded',
    'stockMissed',
  ]) {
    const consumer = outside.facts.consume({
      ...{ consumer: `test-order-${name}`.toLowerCase(), fact: `order.${name}` },
      handle: ({ payload }) => {
        facts.push({ name, payload: payload as Record<string, unknown> });
        return Promise.resolve();
      },
    });
    await consumer.start();
    t.teardown(() => consumer.stop());
  }

  const publish = (name: string, payload: object, id = ids.next()) =>
    outside.facts.publish({ id, name, payload, occurredAtMs: Date.now() });
  const { payments, refunds, prices, onHand } = neighbours;

  return {
    ...neighbours,
    database,
    node,
    startNode,
    outside,
    call: outside.call,
    publish,
    facts,
    /** All facts about an order once there are so many. */
    untilFacts: (orderNo: string, count: number): Promise<string[]> =>
      eventually(
        () => {
          const mine = facts.filter(({ payload }) => payload['orderNo'] === orderNo);
          if (mine.length < count) throw new Error(mine.map(({ name }) => name).join());
          return mine.map(({ name }) => name);
        },
        { withinMs: 15_000 },
      ),
    aSku: (priceFen = 990, pieces = 100) => {
      const skuId = ids.next();
      prices.set(skuId, priceFen);
      onHand.set(skuId, pieces);
      return skuId;
    },
    /** What pay tells when the buyer has paid. */
    paymentFact: (orderNo: string) => ({
      ...{ orderNo, transactionId: `4200${orderNo}` },
      ...{ totalFen: payments.get(orderNo)?.totalFen ?? 0, paidAtMs: neighbours.paidAtMs },
    }),
    payerPays(orderNo: string) {
      const payment = payments.get(orderNo);
      if (payment?.state !== 'pending') return false;
      payment.state = 'paid';
      return true;
    },
    finishRefund: async (refundNo: string, outcome = 'succeeded', id = ids.next()) => {
      const refund = await eventually(() => {
        const found = refunds.get(refundNo);
        if (found === undefined) throw new Error(`${refundNo} was not asked of pay`);
        return found;
      });
      const finishedAtMs = Date.now();
      await publish('pay.refundFinished', { refundNo, ...refund, outcome, finishedAtMs }, id);
    },
  };
};

export type World = Awaited<ReturnType<typeof startWorld>>;
