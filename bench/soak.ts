import { readFileSync } from 'node:fs';
import { startSuite } from '../e2e/support/suite.ts';
import { measure } from './support/load.ts';
import { printTable, verdict } from './support/report.ts';
import { prepareStores } from './support/stores.ts';

/**
 * Ten minutes of load on GET /api/v1/users/me: resident memory of every process at the start (after
 * a minute, when compilers and caches have settled), in the middle and at the end.
 */
const MINUTES = Number(process.env['BENCH_MINUTES'] ?? '10');
const SHOPPERS = 500;

const residentMb = (pid: number): number =>
  Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? NaN) / 1024;

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
    // Bounded as every deployment is: on its own V8 spreads over what the machine has.
    NODE_OPTIONS: '--max-old-space-size=256 --max-semi-space-size=4',
  },
});
try {
  const tokens: string[] = [];
  while (tokens.length < SHOPPERS) {
    const batch = await Promise.all(Array.from({ length: 20 }, () => suite.signIn()));
    tokens.push(...batch.map((shopper) => shopper.accessToken));
  }
  const names = ['gateway', 'user', 'auth'] as const;
  const sample = (): number[] => names.map((name) => residentMb(suite.process(name).pid));
  const load = (seconds: number) =>
    measure({ url: `${suite.client.baseUrl}/api/v1/users/me`, tokens, connections: 64, seconds });

  await load(60);
  const start = sample();
  const first = await load((MINUTES * 60) / 2);
  const middle = sample();
  const second = await load((MINUTES * 60) / 2);
  const end = sample();
  if (first.failed + second.failed > 0) throw new Error('requests failed');
  printTable(
    ['resident MB', 'start', 'middle', 'end'],
    names.map((name, index) => [
      name,
      ...[start, middle, end].map((values) => (values[index] ?? NaN).toFixed(1)),
    ]),
  );
  console.log(
    `${(first.requestsPerSecond * MINUTES * 30 + second.requestsPerSecond * MINUTES * 30).toFixed(0)} requests`,
  );
  verdict(
    names.map((name, index) => ({
      what: `${name}: end / middle`,
      value: (end[index] ?? NaN) / (middle[index] ?? NaN),
      atMost: 1.1,
    })),
  );
} finally {
  await suite.stop();
  await stores.stop();
}
