import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../e2e/support/process.ts';
import { startSuite } from '../e2e/support/suite.ts';
import { measure, type Measurement } from './support/load.ts';
import { prepareStores } from './support/stores.ts';
import { median, printTable, verdict } from './support/report.ts';
import { startPeer, type Peer } from './support/peer.ts';

/**
 * Three ways to answer GET /api/v1/users/me, in turn, in one run, with everything on this machine:
 * (a) moleculer-web → NATS → a trivial action; (b) the suite with all it does; (c) NestJS + Fastify
 * + NATS + kysely with a JWT guard. Prints (b)/(a) and (b)/(c).
 */
const ROUNDS = Number(process.env['BENCH_ROUNDS'] ?? '5');
const SECONDS = Number(process.env['BENCH_SECONDS'] ?? '8');
const CONNECTIONS = 64;
const SHOPPERS = 500;

const stores = await prepareStores();
const suite = await startSuite({
  searched: false,
  env: {
    ENV: 'pro',
    // In production WeChat is reached by https only, which the sandbox does not speak.
    WECHAT_CCS_ENV: 'dev',
    TRACE_SAMPLE_RATIO: '0.01',
    TRACE_EXPORTER: 'jaeger',
    RATE_LIMIT_READ_PER_MIN: '100000000',
  },
});
const peers: Peer[] = [];
try {
  console.log(`signing in ${SHOPPERS} shoppers …`);
  const tokens: string[] = [];
  while (tokens.length < SHOPPERS) {
    const batch = await Promise.all(Array.from({ length: 20 }, () => suite.signIn()));
    tokens.push(...batch.map((shopper) => shopper.accessToken));
  }

  const natsUrl = process.env['TEST_NATS_URL'] ?? '';
  const baseline = await startPeer('baseline', { NATS_URL: natsUrl }, [
    { entry: join(root, 'bench/gateway/baseline-service.ts') },
    { entry: join(root, 'bench/gateway/baseline-gateway.ts'), listens: true },
  ]);
  peers.push(baseline);
  const nestFolder = join(root, 'bench/peers/nest');
  if (!existsSync(join(nestFolder, 'dist/gateway.js'))) {
    console.log('building the NestJS peer …');
    execFileSync('pnpm', ['install', '--ignore-workspace', '--frozen-lockfile'], {
      cwd: nestFolder,
      stdio: 'inherit',
    });
    execFileSync('pnpm', ['run', 'build'], { cwd: nestFolder, stdio: 'inherit' });
  }
  const nest = await startPeer(
    'nest',
    {
      NODE_ENV: 'production',
      NATS_URL: natsUrl,
      JWT_SIGNING_KEY: suite.secrets['JWT_SIGNING_KEY'] ?? '',
      MYSQL_URL: `mysql://${process.env['TEST_MYSQL_USER'] ?? ''}:${process.env['TEST_MYSQL_PASS'] ?? ''}@${process.env['TEST_MYSQL_ADDR'] ?? ''}/${suite.schemas['user'] ?? ''}`,
    },
    [
      { entry: join(nestFolder, 'dist/users.js') },
      { entry: join(nestFolder, 'dist/gateway.js'), listens: true },
    ],
  );
  peers.push(nest);

  const contestants = [
    { name: '(a) bare moleculer-web', url: `${baseline.url}/api/v1/users/me` },
    { name: '(b) the suite', url: `${suite.client.baseUrl}/api/v1/users/me` },
    { name: '(c) NestJS + Fastify', url: `${nest.url}/api/v1/users/me` },
  ] as const;
  const results = new Map<string, Measurement[]>(contestants.map(({ name }) => [name, []]));
  for (let round = 0; round <= ROUNDS; round += 1) {
    for (const { name, url } of contestants) {
      const measurement = await measure({
        url,
        tokens,
        connections: CONNECTIONS,
        seconds: round === 0 ? 3 : SECONDS,
      });
      if (measurement.failed > 0) throw new Error(`${name}: ${measurement.failed} requests failed`);
      // The first round warms the compilers up.
      if (round > 0) results.get(name)?.push(measurement);
    }
    console.log(round === 0 ? 'warmed up' : `round ${round} of ${ROUNDS}`);
  }

  const rate = (name: string): number =>
    median((results.get(name) ?? []).map((one) => one.requestsPerSecond));
  const p99 = (name: string): number => median((results.get(name) ?? []).map((one) => one.p99Ms));
  const [a, b, c] = contestants.map(({ name }) => name) as [string, string, string];
  const ratios = (over: string): number =>
    median(
      (results.get(b) ?? []).map(
        (one, index) =>
          one.requestsPerSecond / (results.get(over)?.[index]?.requestsPerSecond ?? NaN),
      ),
    );
  printTable(
    ['', 'req/s (median)', 'p99 ms (median)'],
    contestants.map(({ name }) => [name, rate(name).toFixed(0), p99(name).toFixed(1)]),
  );
  verdict([
    { what: '(b)/(a) rate', value: ratios(a), atLeast: 0.55 },
    { what: '(b)/(c) rate', value: ratios(c), atLeast: 1.2 },
    { what: 'p99 (b)/(a)', value: p99(b) / p99(a), atMost: 4 },
  ]);
} finally {
  for (const peer of peers) await peer.stop();
  await suite.stop();
  await stores.stop();
}
