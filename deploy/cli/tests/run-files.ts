import { spawn } from 'node:child_process';
import { dirname } from 'node:path';
import { identify, type ProcessIdentity } from '../process/identity.ts';
import { signalTree } from '../process/stop.ts';
import { dim, green, red, say, seconds } from '../say.ts';
import { sourceFlags } from '../suite.ts';
import type { TestFile } from './select.ts';
import { readTap, withoutPassed } from './tap-output.ts';

export interface Totals {
  passed: number;
  failed: number;
}

export interface RunFilesOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** How many files at a time; journeys start whole suites and run alone. */
  readonly jobs: number;
  readonly fileTimeoutMs: number;
  readonly signal: AbortSignal;
}

interface Finished {
  readonly output: string;
  readonly code: number | null;
  readonly timedOut: boolean;
  readonly tookMs: number;
}

const OUTPUT_CHARS_MAX = 8 * 1024 * 1024;

const packageFolder = (file: TestFile): string => {
  const marker = file.path.lastIndexOf('/test/');
  return marker === -1 ? dirname(file.path) : file.path.slice(0, marker);
};

const runFile = (file: TestFile, options: RunFilesOptions): Promise<Finished> =>
  new Promise((resolve, reject) => {
    const startedAtMs = Date.now();
    const child = spawn(process.execPath, [...sourceFlags, file.path], {
      cwd: packageFolder(file),
      // Its own group, so that whatever a hanging test has started goes with it.
      detached: true,
      env: { ...options.env, TAP_TIMEOUT: String(options.fileTimeoutMs / 1000) },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const identity: ProcessIdentity | undefined =
      child.pid === undefined ? undefined : identify(child.pid);
    let output = '';
    let timedOut = false;
    const keep = (chunk: Buffer): void => {
      if (output.length < OUTPUT_CHARS_MAX) output += chunk.toString();
    };
    const kill = (): void => {
      if (identity !== undefined) signalTree(identity, 'SIGKILL');
    };
    // tap ends a file that is too slow by itself and tells where it hung; this is for those that cannot.
    const timer = setTimeout(() => {
      timedOut = true;
      kill();
    }, options.fileTimeoutMs + 15_000);
    options.signal.addEventListener('abort', kill, { once: true });
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    child.once('error', reject);
    child.once('close', (code) => {
      clearTimeout(timer);
      options.signal.removeEventListener('abort', kill);
      resolve({ output, code, timedOut, tookMs: Date.now() - startedAtMs });
    });
  });

const tell = (file: TestFile, finished: Finished, totals: Totals): void => {
  const { passed, failed } = readTap(finished.output, file.title);
  // A file that died counts as a failure even when every test it reached had passed.
  const died = finished.code !== 0 && failed.length === 0;
  const failures = died
    ? [
        `${file.title} ended with ${finished.timedOut ? 'a timeout' : `exit code ${String(finished.code)}`}`,
      ]
    : failed;
  const passedHere = died && passed === 1 && !finished.output.includes('# Subtest') ? 0 : passed;
  totals.passed += passedHere;
  totals.failed += failures.length;
  const took = dim(seconds(finished.tookMs));
  if (failures.length === 0) {
    say(`${green('✔')} ${file.title}  ${passedHere} ${took}`);
    return;
  }
  say(`${red('✘')} ${file.title}  ${passedHere} passed, ${failures.length} failed ${took}`);
  for (const title of failures) say(`    ${red('✘')} ${title}`);
  say(`\n${withoutPassed(finished.output).trimEnd()}\n`);
};

/** Runs every file in a process of its own and tells about each as it ends. */
export const runFiles = async (
  files: readonly TestFile[],
  options: RunFilesOptions,
): Promise<Totals> => {
  const totals: Totals = { passed: 0, failed: 0 };
  const queue = [...files];
  const worker = async (): Promise<void> => {
    for (let file = queue.shift(); file !== undefined; file = queue.shift()) {
      const finished = await runFile(file, options);
      // What was killed in the middle of its work says nothing.
      if (options.signal.aborted) return;
      tell(file, finished, totals);
    }
  };
  await Promise.all(Array.from({ length: Math.min(options.jobs, files.length) }, worker));
  return totals;
};
