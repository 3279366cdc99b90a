import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { pay } from '@app/contracts';
import { createSealer, type Clock } from '@app/kernel';
import {
  createDatabase,
  createHousekeeping,
  createOutbox,
  createPurge,
  inBatches,
} from '@app/mysql';
import { createRedis } from '@app/redis';
import { createUpstream, instrument, type App, type Host } from '@app/runtime';
import type { Config } from './config.ts';
import { noticesRefused } from './metrics.ts';
import { createMysqlBillRepository } from './repository/repo/mysql-bill-repository.ts';
import { createMysqlExchangeJournal } from './repository/repo/mysql-exchange-journal.ts';
import { createMysqlPaymentBooks } from './repository/repo/mysql-payment-books.ts';
import { createMysqlPaymentRepository } from './repository/repo/mysql-payment-repository.ts';
import { createMysqlReconciliationRepository } from './repository/repo/mysql-reconciliation-repository.ts';
import { createMysqlRefundRepository } from './repository/repo/mysql-refund-repository.ts';
import type { Tables } from './repository/repo/tables.ts';
import type { ExchangeJournal } from './repository.ts';
import { createPayActions } from './service/action/pay-actions.ts';
import type { MerchantIdentity } from './service/client/authorization.ts';
import { createPayAlarms } from './service/client/pay-alarms.ts';
import { billReader } from './service/client/read-bill.ts';
import { createTrustStore, type TrustStore } from './service/client/trust-store.ts';
import { createWechatBills } from './service/client/wechat-bills.ts';
import { createNoticeReader } from './service/client/wechat-notice-reader.ts';
import { createWechatPayClient } from './service/client/wechat-pay-client.ts';
import { createPayExchange } from './service/client/wechat-pay-exchange.ts';
import { createBillJobs, createBillWork } from './service/job/bill-jobs.ts';
import { createPaymentJobs, createPaymentWork } from './service/job/payment-jobs.ts';
import { createReconcileDay } from './service/reconciliation/reconcile-day.ts';
import { createSettlePayment } from './service/settlement/settle-payment.ts';
import type { Usecases } from './usecase.ts';
import { createClosePayment } from './usecase/close-payment.ts';
import { createCreatePrepay } from './usecase/create-prepay.ts';
import { createCreateRefund } from './usecase/create-refund.ts';
import { createFindPayment } from './usecase/find-payment.ts';
import { createFindPayments } from './usecase/find-payments.ts';
import { createFindRefund } from './usecase/find-refund.ts';
import { createListBills } from './usecase/list-bills.ts';
import { createListTickets } from './usecase/list-tickets.ts';
import { createProcessBills } from './usecase/process-bills.ts';
import { createProcessRefund } from './usecase/process-refund.ts';
import { createQueryPayment } from './usecase/query-payment.ts';
import { createReceivePaymentNotice } from './usecase/receive-payment-notice.ts';
import { createReceiveRefundNotice } from './usecase/receive-refund-notice.ts';
import { createReconcileBill } from './usecase/reconcile-bill.ts';
import { createResolveTicket } from './usecase/resolve-ticket.ts';
import { createWantBills } from './usecase/want-bills.ts';

const SERVICE = pay.name;

/** Every attempt and callback can be looked at for 180 days. */
const JOURNAL_KEPT_MS = 180 * 86_400_000;

/** Bills are packed, and large on a good day. */
const FILE_TIMEOUT_MS = 60_000;
const FILE_BYTES_MAX = 64 * 1024 * 1024;

/** What tests put in the place of the real thing. */
export interface Overrides {
  readonly clock?: Clock;
  readonly sweepEveryMs?: number;
}

const identityOf = (config: Config): MerchantIdentity => ({
  mchid: config.mchid,
  serialNo: config.serialNo,
  privateKey: createPrivateKey(readFileSync(config.privateKeyPath)),
});

const publicKeysOf = ({ publicKeyId, publicKeyPath }: Config): ReadonlyMap<string, KeyObject> =>
  publicKeyId === undefined || publicKeyPath === undefined
    ? new Map()
    : new Map([[publicKeyId, createPublicKey(readFileSync(publicKeyPath))]]);

const createWechat = (host: Host, config: Config, journal: ExchangeJournal, clock: Clock) => {
  const identity = identityOf(config);
  // Each needs the other: the exchange verifies with the store, which fetches through the exchange.
  const exchange = createPayExchange({
    upstream: createUpstream({
      name: 'wechat-pay',
      baseUrl: config.apiBase,
      timeoutMs: config.timeoutMs,
    }),
    files: createUpstream({
      name: 'wechat-pay-files',
      baseUrl: config.apiBase,
      timeoutMs: FILE_TIMEOUT_MS,
      bodyMaxBytes: FILE_BYTES_MAX,
    }),
    identity,
    wantedSerial: config.publicKeyId,
    trust: () => trust,
    journal,
    clock,
  });
  const trust: TrustStore = createTrustStore({
    publicKeys: publicKeysOf(config),
    apiV3Key: config.apiV3Key,
    clock,
    logger: host.logger,
    async fetchCertificates() {
      const reply = await exchange.sendUnverified({
        operation: 'certificates',
        reference: '',
        method: 'GET',
        target: '/v3/certificates?algorithm_type=RSA',
      });
      return reply.status === 200 ? { headers: reply.headers, body: reply.body } : 'none';
    },
  });
  const { notifyUrl, apiV3Key } = config;
  return {
    trust,
    wechatPay: createWechatPayClient({ exchange, identity, notifyUrl, clock }),
    wechatBills: createWechatBills({ exchange }),
    notices: createNoticeReader({ trust, apiV3Key, journal, clock }),
  };
};

/** The composition root: the only file that sees everything. */
export const createApp = async (
  host: Host,
  config: Config,
  overrides: Overrides = {},
): Promise<App> => {
  const clock = overrides.clock ?? host.clock;
  const { logger, ids } = host;
  const db = createDatabase<Tables>(config, { host, service: SERVICE });
  const redis = createRedis(config, { role: 'queue', host });
  const outbox = createOutbox(db, host);
  const sealer = createSealer(config.dataKeys);
  const journal = createMysqlExchangeJournal({ db, sealer, clock, ids, logger });
  const { trust, wechatPay, wechatBills, notices } = createWechat(host, config, journal, clock);
  const jobs = createPaymentJobs({ host, redis });
  const alarms = createPayAlarms(logger);
  const payments = createMysqlPaymentRepository({ db, outbox, clock });
  const refunds = createMysqlRefundRepository({ db, outbox, clock });
  const settle = createSettlePayment({ payments, wechatPay, jobs, alarms, clock });
  const bills = createMysqlBillRepository({ db, sealer, clock });
  const books = createMysqlReconciliationRepository({ db, clock, ids });
  const billJobs = createBillJobs({ host, redis });
  const reader = billReader;
  const reconcileDay = createReconcileDay({
    ...{ bills, books, refunds, reader, wechatPay, settle, alarms, clock },
  });
  const { refundGapMs } = config;
  const billDeps = { bills, books, billJobs, wechatBills, reader, reconcileDay, alarms, clock };
  const deps = { payments, refunds, wechatPay, notices, jobs, alarms, settle, clock, refundGapMs };

  const run = <Name extends keyof Usecases>(name: Name, usecase: Usecases[Name]): Usecases[Name] =>
    instrument(host, SERVICE, name, usecase);
  const usecases: Usecases = {
    createPrepay: run('createPrepay', createCreatePrepay(deps)),
    findPayment: run('findPayment', createFindPayment(deps)),
    findPayments: run('findPayments', createFindPayments({ books: createMysqlPaymentBooks(db) })),
    closePayment: run('closePayment', createClosePayment(deps)),
    createRefund: run('createRefund', createCreateRefund(deps)),
    findRefund: run('findRefund', createFindRefund(deps)),
    receivePaymentNotice: run('receivePaymentNotice', createReceivePaymentNotice(deps)),
    receiveRefundNotice: run('receiveRefundNotice', createReceiveRefundNotice(deps)),
    queryPayment: run('queryPayment', createQueryPayment(deps)),
    processRefund: run('processRefund', createProcessRefund(deps)),
    listBills: run('listBills', createListBills(billDeps)),
    reconcileBill: run('reconcileBill', createReconcileBill(billDeps)),
    listTickets: run('listTickets', createListTickets(billDeps)),
    resolveTicket: run('resolveTicket', createResolveTicket(billDeps)),
    wantBills: run('wantBills', createWantBills(billDeps)),
    processBills: run('processBills', createProcessBills(billDeps)),
  };

  return {
    name: SERVICE,
    schemas: [
      createPayActions({
        usecases,
        onFailure: (error) => {
          const { data } = error as { data?: { reason?: string } };
          noticesRefused.inc({ reason: data?.reason ?? 'failed' });
          logger.warn({ err: error }, 'a notification of WeChat Pay was answered with FAIL');
        },
      }),
    ],
    stores: [db, redis],
    workers: [
      trust,
      ...jobs.parts,
      ...createPaymentWork({
        host,
        redis,
        usecases,
        producers: jobs.producers,
        payments,
        refunds,
        clock,
        ...(overrides.sweepEveryMs === undefined ? {} : { sweepEveryMs: overrides.sweepEveryMs }),
      }),
      ...(await createBillWork({
        ...{ host, redis, usecases, producer: billJobs.producer, books, clock },
        ...(overrides.sweepEveryMs === undefined ? {} : { sweepEveryMs: overrides.sweepEveryMs }),
      })),
      outbox.relay,
      createHousekeeping(db, host),
      createPurge(db, host, {
        tables: {
          exchange_log: () =>
            inBatches((limit) => journal.purge(clock.nowMs() - JOURNAL_KEPT_MS, limit)),
        },
      }),
    ],
  };
};
