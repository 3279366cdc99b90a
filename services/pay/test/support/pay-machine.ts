import { createPrivateKey, createPublicKey, generateKeyPairSync, randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createSealer, createUlids } from '@app/kernel';
import { createUpstream, type Upstream } from '@app/runtime';
import { createSandbox } from '@app/sandbox';
import type { Test } from 'tap';
import { createMysqlExchangeJournal } from '../../src/repository/repo/mysql-exchange-journal.ts';
import { createTrustStore, type TrustStore } from '../../src/service/client/trust-store.ts';
import { createNoticeReader } from '../../src/service/client/wechat-notice-reader.ts';
import { createWechatPayClient } from '../../src/service/client/wechat-pay-client.ts';
import { createPayExchange } from '../../src/service/client/wechat-pay-exchange.ts';
import { createSettlePayment } from '../../src/service/settlement/settle-payment.ts';
import type { PaymentJobs, RawNotice } from '../../src/service.ts';
import { createClosePayment } from '../../src/usecase/close-payment.ts';
import { createCreatePrepay } from '../../src/usecase/create-prepay.ts';
import { createCreateRefund } from '../../src/usecase/create-refund.ts';
import { createFindPayment } from '../../src/usecase/find-payment.ts';
import { createProcessRefund } from '../../src/usecase/process-refund.ts';
import { createQueryPayment } from '../../src/usecase/query-payment.ts';
import { createReceivePaymentNotice } from '../../src/usecase/receive-payment-notice.ts';
import { createReceiveRefundNotice } from '../../src/usecase/receive-refund-notice.ts';
import { MERCHANT } from './builders.ts';
import { createMysqlStore, migratedDatabase } from './mysql-store.ts';
import { API_V3_KEY } from './platform.ts';

export const APP_ID = 'wx0000000000000001';
const SERIAL = '4A1B2C3D4E5F60718293A4B5C6D7E8F901234567';
const REFUND_GAP_MS = 61_000;
export const DIED = 'the process died';
const silent = { info: () => undefined, warn: () => undefined };

/** Time that starts now and moves on only when told. */
const createClock = () => {
  let atMs = Math.floor(Date.now() / 1000) * 1000;
  return {
    nowMs: () => atMs,
    advance: (ms: number): void => void (atMs += ms),
  };
};

/** Receives what the sandbox sends, as the gateway does. */
const startCallbacks = async (
  t: Test,
  take: (isRefund: boolean, notice: RawNotice) => Promise<void>,
) => {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const headers = request.headers as Record<string, string>;
      take(request.url?.endsWith('/refunds') === true, { headers, body: Buffer.concat(chunks) })
        .then(() => response.writeHead(204).end())
        .catch(() => response.writeHead(500).end());
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.teardown(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/callbacks/wechat-pay`;
};

/**
 * The use-cases on a real database against the sandbox, without brokers and queues: jobs run when
 * the test says so, and `restart` throws away everything that a process remembers.
 */
export const startMachine = async (t: Test) => {
  const clock = createClock();
  const merchantKey = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const publicKeyPem = merchantKey.publicKey.export({ type: 'spki', format: 'pem' }).toString();
  const merchant = { mchid: MERCHANT, appids: [APP_ID], apiV3Key: API_V3_KEY };
  const sandbox = createSandbox({
    wechatApps: [],
    payMerchants: [{ ...merchant, serialNo: SERIAL, publicKey: publicKeyPem }],
    nowMs: clock.nowMs,
  });
  t.teardown(() => sandbox.close());
  const baseUrl = await sandbox.listen();
  const store = await createMysqlStore(t, await migratedDatabase(t), { clock });
  const alarms: string[] = [];
  const identity = {
    mchid: MERCHANT,
    serialNo: SERIAL,
    privateKey: createPrivateKey(
      merchantKey.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    ),
  };
  const publicKey = sandbox.state.pay.publicKey(MERCHANT);
  const sealer = createSealer(`k1:${randomBytes(32).toString('base64')}`);
  const journal = createMysqlExchangeJournal({
    ...{ db: store.db, sealer, clock, ids: createUlids(), logger: silent },
  });
  const notifyUrl = await startCallbacks(t, (isRefund, notice) =>
    isRefund ? node.receiveRefundNotice(notice) : node.receivePaymentNotice(notice),
  );

  const upstream = createUpstream({
    ...{ name: 'wechat-pay', baseUrl, timeoutMs: 5000 },
    // Outages here are single requests; an open breaker would only cost real time.
    breaker: { callsMin: 1_000_000 },
  });
  const process = { diesAfterCalls: Infinity };
  /** WeChat has done it, and the process dies before it hears of it. */
  const mortal: Upstream = {
    ...upstream,
    async request(request) {
      const response = await upstream.request(request);
      process.diesAfterCalls -= 1;
      if (process.diesAfterCalls > 0) return response;
      process.diesAfterCalls = Infinity;
      throw new Error(DIED);
    },
  };

  const boot = () => {
    const exchange = createPayExchange({
      upstream: mortal,
      files: mortal,
      identity,
      wantedSerial: undefined,
      trust: () => trust,
      journal,
      clock,
    });
    const trust: TrustStore = createTrustStore({
      publicKeys: new Map([[publicKey.serial, createPublicKey(publicKey.pem)]]),
      apiV3Key: API_V3_KEY,
      clock,
      logger: silent,
      async fetchCertificates() {
        const reply = await exchange.sendUnverified({
          ...{ operation: 'certificates', reference: '', method: 'GET' as const },
          target: '/v3/certificates?algorithm_type=RSA',
        });
        return reply.status === 200 ? { headers: reply.headers, body: reply.body } : 'none';
      },
    });
    const wechatPay = createWechatPayClient({ exchange, identity, notifyUrl, clock });
    const notices = createNoticeReader({ trust, apiV3Key: API_V3_KEY, journal, clock });
    // Jobs are hints: every one of them is lost here, and the sweep has to do.
    const jobs: PaymentJobs = {
      queryPayment: () => Promise.resolve(),
      processRefund: () => Promise.resolve(),
    };
    const told = {
      mismatch: (_: string, what: string) => void alarms.push(`mismatch ${what}`),
      rejectedRefund: () => void alarms.push('rejected refund'),
      abnormalRefund: () => void alarms.push('abnormal refund'),
      billFailed: () => void alarms.push('bill failed'),
      differences: () => void alarms.push('differences'),
    };
    const { payments, refunds } = store;
    const settle = createSettlePayment({ payments, wechatPay, jobs, alarms: told, clock });
    const deps = {
      ...{ payments, refunds, wechatPay, notices, jobs, settle, clock },
      alarms: told,
      refundGapMs: REFUND_GAP_MS,
    };
    return {
      createPrepay: createCreatePrepay(deps),
      findPayment: createFindPayment(deps),
      closePayment: createClosePayment(deps),
      createRefund: createCreateRefund(deps),
      queryPayment: createQueryPayment(deps),
      processRefund: createProcessRefund(deps),
      receivePaymentNotice: createReceivePaymentNotice(deps),
      receiveRefundNotice: createReceiveRefundNotice(deps),
    };
  };
  let node = boot();

  /** What workers and sweepers do with all that is due. */
  const runDue = async (): Promise<void> => {
    const due = clock.nowMs();
    const [orders, refunds] = await Promise.all([
      store.payments.listDue(due, 500),
      store.refunds.listDue(due, 500),
    ]);
    const all = await Promise.allSettled([
      ...orders.map((orderNo) => node.queryPayment({ orderNo })),
      ...refunds.map((refundNo) => node.processRefund({ refundNo })),
    ]);
    for (const one of all)
      if (one.status === 'rejected' && (one.reason as Error).message !== DIED) throw one.reason;
  };

  const { pay, faults } = sandbox.state;
  return {
    clock,
    faults,
    alarms,
    store,
    pay,
    runDue,
    usecases: () => node,
    restart: (): void => void (node = boot()),
    diesAfter: (calls: number): void => void (process.diesAfterCalls = calls),
    settings: (patch: Parameters<typeof pay.changeSettings>[1]) => {
      pay.changeSettings(MERCHANT, patch);
    },
    /** Sends copies of everything that was told about these numbers, `copies` of each at once. */
    async deliver(about: (number: string) => boolean, copies: number, isReversed: boolean) {
      const known = pay.notifier.list().filter((one) => about(one.about));
      const ids = (isReversed ? [...known].reverse() : known).map(({ id }) => id);
      const all = ids.flatMap((id) => Array.from({ length: copies }, () => id));
      return Promise.all(all.map((id) => pay.notifier.sendCopy(id)));
    },
  };
};

export type Machine = Awaited<ReturnType<typeof startMachine>>;
