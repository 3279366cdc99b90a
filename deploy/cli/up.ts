import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { readWords } from './options.ts';
import { ensureDir, logDir, runDir } from './paths.ts';
import { lastLines } from './process/child.ts';
import { claimPidFile, removePidFile } from './process/pidfile.ts';
import { readState } from './process/state.ts';
import { SUPERVISOR, sweepLeftovers } from './process/supervisor.ts';
import { readyScreen, suiteTable } from './report.ts';
import { runSuite, type RunningSuite, type SuiteOptions } from './run-suite.ts';
import { CommandError, dim, say, seconds, warn } from './say.ts';
import { requireService } from './suite.ts';

const tellRunning = (): void => {
  const state = readState(runDir);
  if (state === undefined) {
    say('The suite is being started or stopped by another ./make.sh up right now.');
    return;
  }
  say(
    `The suite is up already (${state.phase}, supervisor ${state.supervisor.pid}).\n\n${suiteTable(state)}`,
  );
};

/** Resolves with the first signal that asks to stop. */
const stopRequested = (): Promise<NodeJS.Signals> =>
  new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, resolve);
  });

const killAll = (suite: RunningSuite): void => {
  for (const child of suite.supervisor.children) {
    const { pid } = child.state();
    if (pid !== undefined) process.kill(-pid, 'SIGKILL');
  }
};

/** The running suite; `undefined` when somebody asked to stop before it was ready. */
const startUnlessStopped = async (
  options: Omit<SuiteOptions, 'signal'>,
  requested: Promise<NodeJS.Signals>,
): Promise<RunningSuite | undefined> => {
  const abort = new AbortController();
  let isStarting = true;
  void requested.then(() => {
    if (isStarting) say('\nStopping what was started so far …');
    abort.abort();
  });
  try {
    const suite = await runSuite({ ...options, signal: abort.signal });
    isStarting = false;
    if (!abort.signal.aborted) return suite;
    await suite.stop();
    return undefined;
  } catch (error) {
    if (abort.signal.aborted) return undefined;
    throw error;
  }
};

/** Runs the suite in this very process until somebody asks it to stop. */
const runInForeground = async (options: Omit<SuiteOptions, 'signal'>): Promise<void> => {
  if (claimPidFile(runDir, SUPERVISOR) !== undefined) {
    tellRunning();
    return;
  }
  const requested = stopRequested();
  const startedAtMs = Date.now();
  try {
    const left = await sweepLeftovers(runDir);
    if (left.length > 0) say(`stopped what an earlier run had left: ${left.join(', ')}`);
    const suite = await startUnlessStopped(options, requested);
    if (suite === undefined) return;
    const state = readState(runDir);
    if (state !== undefined) say(`\n${readyScreen(state)}`);
    say(dim(`\nready after ${seconds(Date.now() - startedAtMs)}; Ctrl-C stops everything`));
    await requested;
    say('\nStopping …');
    process.once('SIGINT', () => {
      warn('killing what is left');
      killAll(suite);
    });
    await suite.stop();
    say('Everything is stopped.');
  } finally {
    removePidFile(runDir, SUPERVISOR);
  }
};

const DETACHED = 'UP_DETACHED';

/** Hands the suite to a process of its own and waits until that is ready or has failed. */
const runDetached = async (args: readonly string[]): Promise<void> => {
  if (readState(runDir) !== undefined) {
    tellRunning();
    return;
  }
  const logFile = join(ensureDir(logDir), 'supervisor.log');
  const log = openSync(logFile, 'w');
  const startedAtMs = Date.now();
  const child = spawn(
    process.execPath,
    [...process.execArgv, join(import.meta.dirname, 'main.ts'), ...args],
    {
      detached: true,
      stdio: ['ignore', log, log],
      env: { ...process.env, [DETACHED]: '1' },
    },
  );
  closeSync(log);
  for (;;) {
    const state = readState(runDir);
    if (state?.phase === 'ready') {
      child.unref();
      say(
        `${readyScreen(state)}\n\n${dim(`ready after ${seconds(Date.now() - startedAtMs)}, running in the background`)}`,
      );
      return;
    }
    // Another `up` may have been faster: then its suite is the one to wait for.
    if ((child.exitCode ?? child.signalCode) !== null && state === undefined)
      throw new CommandError(lastLines(logFile, 60).replace(/^✘ /m, ''));
    await pause(100);
  }
};

/** `up [-d] [--single]` */
export const up = async (args: readonly string[]): Promise<void> => {
  const { on, names } = readWords(args, { detach: { short: 'd' }, single: {} });
  if (names.length > 0)
    throw new CommandError(`up takes no names; did you mean ./make.sh dev ${names.join(' ')}?`);
  if (on.detach && process.env[DETACHED] === undefined) await runDetached(['up', ...args]);
  else await runInForeground({ isSingle: on.single, watched: [] });
};

/** `dev <service…> [-d]`: those restart when their sources change, the rest runs as with `up`. */
export const dev = async (args: readonly string[]): Promise<void> => {
  const { on, names } = readWords(args, { detach: { short: 'd' } });
  if (names.length === 0) throw new CommandError('usage: ./make.sh dev <service…>');
  const watched = names.map(requireService);
  if (on.detach && process.env[DETACHED] === undefined) await runDetached(['dev', ...args]);
  else await runInForeground({ isSingle: false, watched });
};
