import { order } from '@app/contracts';
import { createSealer, type Clock } from '@app/kernel';
import { createDatabase, createHousekeeping, createIdempotency, createOutbox } from '@app/mysql';
import { createRedis } from '@app/redis';
import { instrument, type App, type Host } from '@app/runtime';
import type { Config } from './config.ts';
import { createMysqlFollowUpRepository } from './repository/repo/mysql-follow-up-repository.ts';
import { createMysqlOrderBooks } from './repository/repo/mysql-order-books.ts';
import { createMysqlOrderRepository } from './repository/repo/mysql-order-repository.ts';
import type { Tables } from './repository/repo/tables.ts';
import { createOrderActions } from './service/action/order-actions.ts';
import {
  createPayments,
  createPeople,
  createPrices,
  createShippingReports,
  createStock,
} from './service/client/neighbours.ts';
import { createOrderAlarms } from './service/client/order-alarms.ts';
import { onPayFacts } from './service/event/pay-facts.ts';
import { createOrderWork } from './service/job/order-jobs.ts';
import { createPaymentNews } from './service/settlement/payment-news.ts';
import type { Usecases } from './usecase.ts';
import { createAuditMoney } from './usecase/audit-money.ts';
import { createCancelOrder } from './usecase/cancel-order.ts';
import { createConfirmOrder } from './usecase/confirm-order.ts';
import { createCreateOrder } from './usecase/create-order.ts';
import { createDecideRefund } from './usecase/decide-refund.ts';
import { createGetMyOrder, createGetOrder } from './usecase/find-order.ts';
import { createListMyOrders, createListOrders } from './usecase/list-orders.ts';
import { createPayOrder } from './usecase/pay-order.ts';
import {
  createReceiveLateMoney,
  createReceivePayment,
  createReceiveRefund,
} from './usecase/receive-pay-facts.ts';
import { createRequestRefund } from './usecase/request-refund.ts';
import { createRunDue } from './usecase/run-due.ts';
import { createRunFollowUps } from './usecase/run-follow-ups.ts';
import { createShipOrder } from './usecase/ship-order.ts';

const SERVICE = order.name;
const DAY_MS = 86_400_000;

/** What tests put in the place of the real thing. */
export interface Overrides {
  readonly clock?: Clock;
}

/** The composition root: the only file that sees everything. */
export const createApp = (host: Host, config: Config, overrides: Overrides = {}): App => {
  const db = createDatabase<Tables>(config, { host, service: SERVICE });
  const redis = createRedis(config, { role: 'queue', host });
  const outbox = createOutbox(db, host);
  const idempotency = createIdempotency(db, host);
  const clock = overrides.clock ?? host.clock;
  const work = createOrderWork({ host, redis, clock });
  const followUps = createMysqlFollowUpRepository(db);
  const adapters = createAdapters(host, config, { db, outbox, clock, jobs: work.jobs, followUps });
  const usecases = createUsecases(host, adapters);
  const { sweepEveryMs } = config;
  return {
    name: SERVICE,
    schemas: [
      createOrderActions({
        usecases,
        runOnce: (call, params, execute) =>
          idempotency.run(call, params, ({ operationId, complete }) =>
            execute({ operationId, complete: (scope, result) => complete(scope as never, result) }),
          ),
      }),
    ],
    stores: [db, redis],
    workers: [
      ...work.parts({ usecases, followUps, sweepEveryMs }),
      ...onPayFacts({ host, db, usecases }),
      outbox.relay,
      createHousekeeping(db, host),
    ],
  };
};

interface Stores {
  readonly db: ReturnType<typeof createDatabase<Tables>>;
  readonly outbox: ReturnType<typeof createOutbox<Tables>>;
  readonly clock: Clock;
  readonly jobs: ReturnType<typeof createOrderWork>['jobs'];
  readonly followUps: ReturnType<typeof createMysqlFollowUpRepository>;
}

const createAdapters = (
  { call, ids, logger }: Host,
  config: Config,
  { db, outbox, clock, jobs, followUps }: Stores,
) => {
  const orders = createMysqlOrderRepository({
    ...{ db, outbox, clock, sealer: createSealer(config.dataKeys) },
    onFollowUp: (stored) => {
      jobs.followUp(stored, 0, stored.delayMs);
    },
  });
  const payments = createPayments(call, config.appId);
  const people = createPeople(call, config.appId);
  const news = createPaymentNews({
    ...{ orders, payments, clock },
    onSilence: (error) => {
      logger.warn({ err: error }, 'pay could not be asked for a reader, the fact will come');
    },
  });
  return {
    ...{ orders, followUps, payments, news, jobs, clock, ids },
    books: createMysqlOrderBooks(db),
    prices: createPrices(call),
    people,
    shipping: createShippingReports(call, people, config.appId),
    stock: createStock(call),
    alarms: createOrderAlarms(logger),
    paymentTimeoutMs: config.paymentTimeoutMs,
    confirmAfterMs: config.autoConfirmDays * DAY_MS,
  };
};

const createUsecases = (host: Host, adapters: ReturnType<typeof createAdapters>): Usecases => {
  const run = <Name extends keyof Usecases>(name: Name, usecase: Usecases[Name]): Usecases[Name] =>
    instrument(host, SERVICE, name, usecase);
  return {
    createOrder: run('createOrder', createCreateOrder(adapters)),
    listMyOrders: run('listMyOrders', createListMyOrders(adapters)),
    getMyOrder: run('getMyOrder', createGetMyOrder(adapters)),
    payOrder: run('payOrder', createPayOrder(adapters)),
    cancelOrder: run('cancelOrder', createCancelOrder(adapters)),
    confirmOrder: run('confirmOrder', createConfirmOrder(adapters)),
    requestRefund: run('requestRefund', createRequestRefund(adapters)),
    listOrders: run('listOrders', createListOrders(adapters)),
    getOrder: run('getOrder', createGetOrder(adapters)),
    shipOrder: run('shipOrder', createShipOrder(adapters)),
    decideRefund: run('decideRefund', createDecideRefund(adapters)),
    auditMoney: run('auditMoney', createAuditMoney(adapters)),
    runDue: run('runDue', createRunDue(adapters)),
    runFollowUps: run('runFollowUps', createRunFollowUps(adapters)),
    receivePayment: run('receivePayment', createReceivePayment(adapters)),
    receiveLateMoney: run('receiveLateMoney', createReceiveLateMoney(adapters)),
    receiveRefund: run('receiveRefund', createReceiveRefund(adapters)),
  };
};
