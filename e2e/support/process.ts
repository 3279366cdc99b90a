import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

export const root = resolve(import.meta.dirname, '../..');

/** One process of the suite under test. */
export interface SuiteProcess {
  readonly name: string;
  readonly env: Readonly<Record<string, string>>;
  readonly logFile: string;
  readonly pid: number;
  /** Everything it has written so far. */
  output(): string;
  /** SIGKILL: the crash that no handler sees. */
  kill9(): Promise<void>;
  /** SIGTERM, and waits until it is gone. */
  stop(): Promise<void>;
  /** Starts the same process again, after it ended. */
  restart(): Promise<SuiteProcess>;
  readonly exited: Promise<number | null>;
}

const gone = (child: ChildProcess): Promise<number | null> =>
  child.exitCode !== null || child.signalCode !== null
    ? Promise.resolve(child.exitCode)
    : new Promise((done) => child.once('exit', (code) => done(code)));

/** Starts `entry` (relative to the repository) with its output kept in a file. */
export const startProcess = async (options: {
  readonly name: string;
  readonly entry: string;
  readonly env: Readonly<Record<string, string>>;
  readonly logFolder: string;
}): Promise<SuiteProcess> => {
  mkdirSync(options.logFolder, { recursive: true });
  const logFile = join(options.logFolder, `${options.name}.log`);
  // The process writes to the file itself: a pipe would cost this one a share of every line.
  const log = openSync(logFile, 'a');
  const child = spawn(
    process.execPath,
    [
      '--conditions=@app/source',
      '--disable-warning=ExperimentalWarning',
      join(root, options.entry),
    ],
    {
      cwd: root,
      // Nothing of the machine's environment reaches the suite but the way to programs.
      env: {
        PATH: process.env['PATH'] ?? '',
        NODE_COMPILE_CACHE: join(root, '.local/cache/compile'),
        ...options.env,
      },
      stdio: ['ignore', log, log],
    },
  );
  closeSync(log);
  const exited = gone(child);
  await new Promise<void>((done, fail) => {
    child.once('spawn', done);
    child.once('error', fail);
  });
  const { pid } = child;
  if (pid === undefined) throw new Error(`${options.name} did not start`);
  return {
    name: options.name,
    env: options.env,
    logFile,
    pid,
    exited,
    output: () => readFileSync(logFile, 'utf8'),
    async kill9() {
      child.kill('SIGKILL');
      await exited;
    },
    async stop() {
      child.kill('SIGTERM');
      await exited;
    },
    restart: () => startProcess(options),
  };
};
