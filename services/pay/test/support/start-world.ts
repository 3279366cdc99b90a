import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { pay } from '@app/contracts';
import { migrate } from '@app/mysql';
import { createLogger, type Host } from '@app/runtime';
import { createSandbox } from '@app/sandbox';
import { createTestDatabase, createTestHost, testEnv, testNamespace } from '@app/testing';
import type { Test } from 'tap';
import { createApp, readConfig } from '../../src/index.ts';

export const MCHID = '1900000001';
export const APPID = 'wx0000000000000001';
const API_V3_KEY = randomBytes(16).toString('hex');
const SERIAL = '4A1B2C3D4E5F60718293A4B5C6D7E8F901234567';

const merchantKey = generateKeyPairSync('rsa', { modulusLength: 2048 });

/** Time that only moves when told, for the services and the sandbox alike. */
const createClock = () => {
  let offsetMs = 0;
  return {
    nowMs: () => Date.now() + offsetMs,
    advance: (ms: number) => {
      offsetMs += ms;
    },
  };
};

/** The sandbox, a schema, and nodes of this service whose callbacks are reached over HTTP. */
export const startWorld = async (t: Test) => {
  const clock = createClock();
  const sandbox = createSandbox({
    wechatApps: [],
    payMerchants: [
      {
        mchid: MCHID,
        appids: [APPID],
        apiV3Key: API_V3_KEY,
        serialNo: SERIAL,
        publicKey: merchantKey.publicKey.export({ type: 'spki', format: 'pem' }).toString(),
      },
    ],
    nowMs: clock.nowMs,
  });
  t.teardown(() => sandbox.close());
  const sandboxUrl = await sandbox.listen();
  const folder = t.testdir();
  const privateKeyPath = join(folder, 'apiclient_key.pem');
  writeFileSync(
    privateKeyPath,
    merchantKey.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  );

  const namespace = testNamespace();
  const database = await createTestDatabase({
    label: 'pay',
    scope: t,
    migrate: ({ addr, admin, schema }) =>
      migrate({
        adminConfig: { addr, ...admin },
        service: 'pay',
        migrationsDir: fileURLToPath(new URL('../../migrations', import.meta.url)),
        schema,
      }),
  });

  const caller = await createTestHost({ service: 'caller', namespace, scope: t });
  /** What the gateway does with a callback: the raw request goes to the action. */
  const callbacks = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const action = request.url?.endsWith('/refunds')
        ? pay.actions.receiveRefundNotice
        : pay.actions.receivePaymentNotice;
      const raw = {
        method: 'POST',
        headers: request.headers as Record<string, string>,
        query: {},
        body: Buffer.concat(chunks),
      };
      caller
        .call(action, {}, { caller: { kind: 'callback' }, raw })
        .then(({ status, body }) => response.writeHead(status).end(body))
        .catch(() => response.writeHead(503).end());
    });
  });
  await new Promise<void>((resolve) => callbacks.listen(0, '127.0.0.1', resolve));
  t.teardown(() => {
    callbacks.closeAllConnections();
    callbacks.close();
  });
  const notifyUrl = `http://127.0.0.1:${(callbacks.address() as AddressInfo).port}/callbacks/wechat-pay`;

  const lines: string[] = [];
  const env = {
    NATS_URL: testEnv().nats.url,
    NAMESPACE: namespace,
    REDIS_ADDR: testEnv().redis.addr,
    MYSQL_ADDR: database.addr,
    MYSQL_USER: database.user,
    MYSQL_PASS: database.password,
    MYSQL_SCHEMA: database.schema,
    DATA_KEYS: `k1:${randomBytes(32).toString('base64')}`,
    WECHAT_MCHID: MCHID,
    WECHAT_SERIAL_NO: SERIAL,
    WECHAT_API_V3_KEY: API_V3_KEY,
    WECHAT_PRIVATE_KEY_PATH: privateKeyPath,
    WECHAT_NOTIFY_URL: notifyUrl,
    WXPAY_API_BASE: sandboxUrl,
  };
  const startNode = async (more: Record<string, string> = {}): Promise<Host> => {
    const logger = createLogger({
      level: 'trace',
      service: 'pay',
      destination: { write: (line: string) => void lines.push(line) },
    });
    const host = await createTestHost({ service: 'pay', namespace, logger, scope: t });
    host.add(await createApp(host, readConfig({ ...env, ...more }), { clock, sweepEveryMs: 300 }));
    await host.start();
    return host;
  };
  const nodes = [await startNode()];
  await caller.start();
  await caller.broker.waitForServices([{ name: pay.name, version: 1 }], 10_000);

  const facts: { name: string; payload: Record<string, unknown> }[] = [];
  for (const fact of Object.values(pay.facts)) {
    const consumer = caller.facts.consume({
      consumer: `test-${fact.name.replace('.', '-')}`,
      fact: fact.name,
      handle: ({ name, payload }) => {
        facts.push({ name, payload: payload as Record<string, unknown> });
        return Promise.resolve();
      },
    });
    await consumer.start();
    t.teardown(() => consumer.stop());
  }

  let serial = 0;
  const anOrder = (more: object = {}) => ({
    orderNo: `T${Date.now().toString(36).toUpperCase()}${(serial += 1)}`,
    appId: APPID,
    openid: 'o-anna',
    totalFen: 990,
    description: '盲盒一个',
    expiresAtMs: clock.nowMs() + 30 * 60_000,
    ...more,
  });

  return {
    clock,
    sandbox,
    state: sandbox.state.pay,
    database,
    caller,
    call: caller.call,
    startNode,
    nodes,
    facts,
    lines,
    anOrder,
    notifyUrl,
    secrets: [API_V3_KEY],
    factsAbout: (orderNo: string) =>
      facts.filter(({ payload }) => payload['orderNo'] === orderNo).map(({ name }) => name),
    /** The buyer pays with this prepay_id. */
    payerPays: (prepayId: string) => {
      const prepay = sandbox.state.pay.orders.findPrepay(prepayId);
      if (prepay === undefined) throw new Error('no such prepay_id');
      return sandbox.state.pay.orders.pay(prepay, 'success');
    },
    settings: (patch: Parameters<typeof sandbox.state.pay.changeSettings>[1]) =>
      sandbox.state.pay.changeSettings(MCHID, patch),
  };
};
