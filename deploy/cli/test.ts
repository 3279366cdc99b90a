import { rmSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { ensureDir, localDir } from './paths.ts';
import { dim, say, seconds } from './say.ts';
import { runFiles, type Totals } from './tests/run-files.ts';
import { selectTests, type TestFile } from './tests/select.ts';
import { removeDeadRuns, startTestStores, type TestStores } from './tests/stores.ts';

const FILE_TIMEOUT_MS = 420_000;
const JOURNEY_TIMEOUT_MS = 900_000;

const noStores: TestStores = { env: {}, stop: () => Promise.resolve() };

const add = (left: Totals, right: Totals): Totals => ({
  passed: left.passed + right.passed,
  failed: left.failed + right.failed,
});

const runAll = async (
  files: readonly TestFile[],
  env: Readonly<Record<string, string | undefined>>,
  signal: AbortSignal,
): Promise<Totals> => {
  const journeys = files.filter(({ tier }) => tier === 'e2e');
  const others = files.filter(({ tier }) => tier !== 'e2e');
  const jobs = Math.max(2, availableParallelism());
  const small = await runFiles(others, { env, signal, jobs, fileTimeoutMs: FILE_TIMEOUT_MS });
  // Each journey starts the whole suite: one after another, or they would starve each other.
  const large = await runFiles(journeys, {
    env,
    signal,
    jobs: 1,
    fileTimeoutMs: JOURNEY_TIMEOUT_MS,
  });
  return add(small, large);
};

/** `test [service] [unit|integration|e2e]`: the last line is always "N passed, N failed". */
export const test = async (words: readonly string[]): Promise<void> => {
  const files = selectTests(words);
  await removeDeadRuns();
  const folder = ensureDir(join(localDir, `test-${process.pid}`));
  const abort = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      abort.abort();
    });
  }
  const startedAtMs = Date.now();
  let stores = noStores;
  let totals: Totals;
  try {
    // Unit tests never touch a store; alone they need none.
    if (files.some(({ tier }) => tier !== 'unit')) stores = await startTestStores(folder);
    const env = { ...process.env, ...stores.env, TMPDIR: ensureDir(join(folder, 'tmp')) };
    totals = await runAll(files, env, abort.signal);
  } finally {
    await stores.stop();
    rmSync(folder, { recursive: true, force: true });
  }
  if (abort.signal.aborted) say('stopped before the end');
  say(dim(`${files.length} files in ${seconds(Date.now() - startedAtMs)}`));
  say(`${totals.passed} passed, ${totals.failed} failed`);
  // No test at all is no success.
  if (abort.signal.aborted || totals.failed > 0 || totals.passed === 0) process.exitCode = 1;
};
