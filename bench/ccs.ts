import { wechatCcs } from '@app/contracts';
import { createAccessTokenClient } from '@app/credentials';
import type { Host } from '@app/runtime';
import { createTestHost } from '@app/testing';
import { ServiceBroker } from 'moleculer';
import { join } from 'node:path';
import { root } from '../e2e/support/process.ts';
import { startSuite } from '../e2e/support/suite.ts';
import { trivial } from './ccs/trivial-contract.ts';
import { startPeer } from './support/peer.ts';
import { median, printTable, verdict } from './support/report.ts';
import { prepareStores } from './support/stores.ts';

/**
 * How fast other services get an access token, between two processes with as many calls in flight,
 * in turn, in one run: (a) a trivial action, called as everybody here calls (deadline, trace,
 * caller, checks), (b) `getAccessToken`; beside them (bare) moleculer without any of that. Then (c)
 * from the memory of the client for other services, and what that memory costs per app.
 */
const ROUNDS = Number(process.env['BENCH_ROUNDS'] ?? '5');
const SECONDS = Number(process.env['BENCH_SECONDS'] ?? '5');
const IN_FLIGHT = 64;

const rateOf = async (call: () => Promise<unknown>, seconds: number): Promise<number> => {
  let calls = 0;
  const startedMs = performance.now();
  const endMs = startedMs + seconds * 1000;
  await Promise.all(
    Array.from({ length: IN_FLIGHT }, async () => {
      while (performance.now() < endMs) {
        await call();
        calls += 1;
      }
    }),
  );
  return calls / ((performance.now() - startedMs) / 1000);
};

const PEEKS = 5_000_000;
const APPS = 10_000;

/** Reads per second of a token that is in memory; the fastest of a few runs, the first ones compile. */
const peekRate = (peek: () => unknown): number => {
  let best = 0;
  for (let run = 0; run < 5; run += 1) {
    const startedMs = performance.now();
    let found = 0;
    for (let index = 0; index < PEEKS; index += 1) if (peek() !== undefined) found += 1;
    if (found !== PEEKS) throw new Error('the token was not in memory all the while');
    best = Math.max(best, PEEKS / ((performance.now() - startedMs) / 1000));
  }
  return best;
};

/** Heap per remembered app, in bytes, with tokens as long as WeChat's longest. */
const bytesPerApp = async (host: Pick<Host, 'clock' | 'logger'>): Promise<number> => {
  const { gc } = globalThis as { gc?: () => void };
  if (gc === undefined) throw new Error('start node with --expose-gc');
  const expiresAt = new Date(host.clock.nowMs() + 7_000_000).toISOString();
  const call = ((_action: unknown, { appId }: { appId: string }) =>
    Promise.resolve({
      accessToken: Buffer.alloc(512, appId).toString('latin1'),
      version: 1,
      expiresAt,
    })) as unknown as Host['call'];
  const client = createAccessTokenClient({ ...host, call });
  const ids = Array.from({ length: APPS }, (_, index) => `wx${String(index).padStart(16, '0')}`);
  gc();
  const before = process.memoryUsage().heapUsed;
  for (const appId of ids) await client.get(appId);
  gc();
  const bytes = (process.memoryUsage().heapUsed - before) / APPS;
  // Keeps the client alive until after the measurement.
  if (client.peek(ids[0] ?? '') === undefined) throw new Error('nothing was remembered');
  return bytes;
};

const stores = await prepareStores();
const natsUrl = process.env['TEST_NATS_URL'] ?? '';
const suite = await startSuite({
  env: { ENV: 'pro', TRACE_SAMPLE_RATIO: '0', TRACE_EXPORTER: 'none' },
});
const baseline = await startPeer('bare moleculer', { NATS_URL: natsUrl }, [
  { entry: join(root, 'bench/gateway/baseline-service.ts') },
]);
const peer = await startPeer(
  'trivial action',
  {
    ENV: 'pro',
    NATS_URL: natsUrl,
    NAMESPACE: suite.namespace,
    LOG_LEVEL: 'info',
    TRACE_SAMPLE_RATIO: '0',
    TRACE_EXPORTER: 'none',
  },
  [{ entry: join(root, 'bench/ccs/trivial-service.ts') }],
);
const bare = new ServiceBroker({
  nodeID: 'baseline-caller',
  namespace: 'bench-baseline',
  transporter: { type: 'NATS', options: { url: natsUrl } },
  logger: false,
});
const host = await createTestHost({
  service: 'bench',
  namespace: suite.namespace,
  env: { ENV: 'pro', TRACE_SAMPLE_RATIO: '0', TRACE_EXPORTER: 'none' },
});
try {
  await bare.start();
  await bare.waitForServices('users');
  await host.start();
  await host.broker.waitForServices([wechatCcs, trivial].map(({ name }) => ({ name, version: 1 })));
  const appId = suite.secrets['WXMP_APPID'] ?? '';
  const { getAccessToken } = wechatCcs.actions;

  const contestants = [
    { name: '(a) trivial action', call: () => host.call(trivial.actions.answer, { id: appId }) },
    { name: '(b) getAccessToken', call: () => host.call(getAccessToken, { appId }) },
    { name: '(bare) moleculer alone', call: () => bare.call('users.me') },
  ];
  const rates = new Map<string, number[]>(contestants.map(({ name }) => [name, []]));
  for (let round = 0; round <= ROUNDS; round += 1) {
    for (const { name, call } of contestants) {
      const rate = await rateOf(call, round === 0 ? 2 : SECONDS);
      // The first round warms the compilers up.
      if (round > 0) rates.get(name)?.push(rate);
    }
    console.log(round === 0 ? 'warmed up' : `round ${round} of ${ROUNDS}`);
  }
  const client = createAccessTokenClient(host);
  await client.get(appId);
  const peeks = peekRate(() => client.peek(appId));
  const bytes = await bytesPerApp(host);

  const [a = [], b = [], alone = []] = contestants.map(({ name }) => rates.get(name) ?? []);
  printTable(
    ['', 'calls/s (median)'],
    [
      ...[...rates].map(([name, values]) => [name, median(values).toFixed(0)]),
      ['(c) from the memory of the client', peeks.toFixed(0)],
    ],
  );
  const overBare = median(b.map((rate, index) => rate / (alone[index] ?? NaN)));
  console.log(`(b)/(bare) = ${overBare.toFixed(2)}`);
  console.log(`memory per app: ${(bytes / 1024).toFixed(2)} KB`);
  verdict([
    {
      what: '(b)/(a) rate',
      value: median(b.map((rate, index) => rate / (a[index] ?? NaN))),
      atLeast: 0.9,
    },
    { what: '(c) per second, in millions', value: peeks / 1e6, atLeast: 1 },
    { what: 'KB per app', value: bytes / 1024, atMost: 5 },
  ]);
} finally {
  await bare.stop();
  await host.stop();
  await baseline.stop();
  await peer.stop();
  await suite.stop();
  await stores.stop();
}
