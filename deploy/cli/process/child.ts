import { spawn } from 'node:child_process';
import { closeSync, existsSync, openSync, readFileSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { backoffMs } from '@app/kernel';
import { ensureDir } from '../paths.ts';
import { identify, type ProcessIdentity } from './identity.ts';
import { removePidFile, writePidFile } from './pidfile.ts';
import { stopProcess } from './stop.ts';

export type ChildRole = 'store' | 'sandbox' | 'service' | 'gateway';

/** A process that the supervisor keeps running. */
export interface ChildSpec {
  /** Also the name of its pid file and its log. */
  readonly name: string;
  readonly role: ChildRole;
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** What to tell people: an address or a port. */
  readonly where: string;
  /** From SIGTERM to SIGKILL. */
  readonly stopTimeoutMs: number;
}

export interface ChildState {
  readonly name: string;
  readonly role: ChildRole;
  readonly where: string;
  readonly pid: number | undefined;
  readonly status: 'running' | 'waiting' | 'stopped' | 'refused';
  /** How often it had to be started again. */
  readonly restarts: number;
}

export interface ChildExit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** How long until it is started again; `undefined` when it is not. */
  readonly againInMs: number | undefined;
}

export interface Child {
  readonly spec: ChildSpec;
  readonly logFile: string;
  /** The last lines it wrote since it was created here, for telling why it died. */
  lastWords(count: number): string;
  state(): ChildState;
  start(): void;
  /** Resolves when the process and its group are gone. */
  stop(): Promise<void>;
  /** Stops and starts without counting as a crash. */
  restart(): Promise<void>;
}

export interface ChildOptions {
  readonly runDir: string;
  readonly logDir: string;
  readonly onChange: () => void;
  readonly onExit: (child: Child, exit: ChildExit) => void;
  readonly backoff?: { readonly baseMs: number; readonly capMs: number };
}

/** What a process answers that will not run with this configuration (EX_CONFIG of sysexits.h). */
export const EXIT_CONFIG = 78;

const LOG_BYTES_MAX = 32 * 1024 * 1024;
/** After this long without a crash the next one is treated as the first. */
const STEADY_AFTER_MS = 10_000;

const openLog = (file: string): number => {
  if (existsSync(file) && statSync(file).size > LOG_BYTES_MAX) renameSync(file, `${file}.1`);
  return openSync(file, 'a');
};

/** The end of a log, for telling why something died; `fromByte` leaves out what earlier runs wrote. */
export const lastLines = (file: string, count: number, fromByte = 0): string => {
  if (!existsSync(file)) return '';
  const bytes = readFileSync(file);
  // A file that is shorter than before was rotated: all of it is new.
  const text = bytes.subarray(bytes.length < fromByte ? 0 : fromByte).toString('utf8');
  return text.trimEnd().split('\n').slice(-count).join('\n');
};

export const createChild = (spec: ChildSpec, options: ChildOptions): Child => {
  const { runDir, logDir, onChange, onExit } = options;
  const { baseMs, capMs } = options.backoff ?? { baseMs: 300, capMs: 15_000 };
  const logFile = join(ensureDir(logDir), `${spec.name}.log`);
  const logStart = existsSync(logFile) ? statSync(logFile).size : 0;
  let identity: ProcessIdentity | undefined;
  let status: ChildState['status'] = 'stopped';
  let wanted = false;
  let restarts = 0;
  let crashes = 0;
  let timer: NodeJS.Timeout | undefined;

  const handleExit = (
    code: number | null,
    signal: NodeJS.Signals | null,
    livedMs: number,
  ): void => {
    identity = undefined;
    removePidFile(runDir, spec.name);
    if (!wanted) {
      status = 'stopped';
      onChange();
      return;
    }
    if (code === EXIT_CONFIG) {
      status = 'refused';
      wanted = false;
      onExit(child, { code, signal, againInMs: undefined });
      onChange();
      return;
    }
    crashes = livedMs > STEADY_AFTER_MS ? 1 : crashes + 1;
    const againInMs =
      baseMs + backoffMs(crashes, { attemptsMax: Infinity, baseMs, capMs }, Math.random);
    status = 'waiting';
    timer = setTimeout(() => {
      restarts += 1;
      launch();
    }, againInMs);
    onExit(child, { code, signal, againInMs });
    onChange();
  };

  const launch = (): void => {
    const log = openLog(logFile);
    const startedAtMs = Date.now();
    // A group of its own: Ctrl-C in the terminal reaches the supervisor only, which stops in order.
    const spawned = spawn(spec.command, spec.args, {
      cwd: spec.cwd,
      env: spec.env,
      detached: true,
      stdio: ['ignore', log, log],
    });
    closeSync(log);
    identity = spawned.pid === undefined ? undefined : identify(spawned.pid);
    if (identity !== undefined) writePidFile(runDir, spec.name, identity);
    status = 'running';
    let ended = false;
    const end = (code: number | null, signal: NodeJS.Signals | null): void => {
      if (ended) return;
      ended = true;
      handleExit(code, signal, Date.now() - startedAtMs);
    };
    spawned.once('exit', end);
    spawned.once('error', () => {
      end(127, null);
    });
    onChange();
  };

  const stop = async (): Promise<void> => {
    wanted = false;
    clearTimeout(timer);
    const target = identity;
    if (target !== undefined) await stopProcess(target, spec.stopTimeoutMs);
    // The exit event comes a moment after the kernel has forgotten the process.
    while (identity !== undefined && identity === target) await pause(5);
    status = 'stopped';
    removePidFile(runDir, spec.name);
    onChange();
  };

  const child: Child = {
    spec,
    logFile,
    lastWords: (count) => lastLines(logFile, count, logStart),
    state: () => ({
      name: spec.name,
      role: spec.role,
      where: spec.where,
      pid: identity?.pid,
      status,
      restarts,
    }),
    start() {
      wanted = true;
      crashes = 0;
      launch();
    },
    stop,
    async restart() {
      await stop();
      child.start();
    },
  };
  return child;
};
