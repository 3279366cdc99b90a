import { existsSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { ensureDir } from '../paths.ts';
import { createChild, type Child, type ChildExit, type ChildSpec } from './child.ts';
import { identify, isAlive, type ProcessIdentity } from './identity.ts';
import { livePidRecords, removePidFile } from './pidfile.ts';
import { readState, type SuiteState, writeState } from './state.ts';
import { stopProcess } from './stop.ts';

/** The name of the supervisor's own pid file. */
export const SUPERVISOR = 'supervisor';

export interface SupervisorOptions {
  readonly runDir: string;
  readonly logDir: string;
  readonly describe: () => Omit<SuiteState, 'supervisor' | 'children'>;
  readonly onExit: (child: Child, exit: ChildExit) => void;
}

/** Keeps a set of processes running and tells about them. */
export interface Supervisor {
  readonly children: readonly Child[];
  /** Starts it and keeps it running from now on. */
  add(spec: ChildSpec): Child;
  /** Writes the state anew (after `describe` changed). */
  publish(): void;
  /** Everything in the reverse order of its beginning: gateway first, stores last. */
  stopAll(): Promise<void>;
}

const requestDir = (runDir: string): string => join(runDir, 'restart');

const stopOrder = ['gateway', 'service', 'sandbox', 'store'] as const;

export const createSupervisor = (options: SupervisorOptions): Supervisor => {
  const { runDir, logDir, describe, onExit } = options;
  const self = identify(process.pid);
  if (self === undefined) throw new Error('this process cannot identify itself');
  const children: Child[] = [];
  let isClosed = false;

  const publish = (): void => {
    if (isClosed) return;
    writeState(runDir, {
      ...describe(),
      supervisor: self,
      children: children.map((child) => child.state()),
    });
  };

  const restartRequested = (): void => {
    const dir = ensureDir(requestDir(runDir));
    for (const name of readdirSync(dir)) {
      rmSync(join(dir, name), { force: true });
      const child = children.find(({ spec }) => spec.name === name);
      if (child !== undefined) void child.restart();
    }
  };
  process.on('SIGUSR2', restartRequested);

  return {
    children,
    add(spec) {
      const child = createChild(spec, { runDir, logDir, onChange: publish, onExit });
      children.push(child);
      child.start();
      return child;
    },
    publish,
    async stopAll() {
      process.off('SIGUSR2', restartRequested);
      for (const role of stopOrder) {
        const group = children.filter(({ spec }) => spec.role === role);
        await Promise.all(group.map((child) => child.stop()));
      }
      isClosed = true;
      rmSync(join(runDir, 'state.json'), { force: true });
    },
  };
};

/**
 * Stops what an earlier supervisor left behind when it was killed: exactly the processes whose
 * records still match, services before stores. The supervisor's own record is not touched.
 * @returns the names of those that were stopped.
 */
export const sweepLeftovers = async (runDir: string): Promise<readonly string[]> => {
  const records = livePidRecords(runDir).filter(
    ({ name, pid }) => name !== SUPERVISOR && pid !== process.pid,
  );
  const isStore = (name: string): boolean => /^(mysql|redis|nats)/.test(name);
  for (const group of [
    records.filter(({ name }) => !isStore(name)),
    records.filter(({ name }) => isStore(name)),
  ]) {
    await Promise.all(
      group.map(async (record) => {
        await stopProcess(record, isStore(record.name) ? 30_000 : 5000);
        removePidFile(runDir, record.name);
      }),
    );
  }
  return records.map(({ name }) => name);
};

/**
 * Asks a running supervisor to restart one child and waits until it has another process.
 * @throws when the suite is not running or the restart takes longer than `withinMs`.
 */
export const requestRestart = async (
  runDir: string,
  name: string,
  withinMs: number,
): Promise<void> => {
  const before = readState(runDir);
  if (before === undefined) throw new Error('the suite is not running');
  const pidBefore = before.children.find((child) => child.name === name)?.pid;
  writeFileSync(join(ensureDir(requestDir(runDir)), name), '');
  process.kill(before.supervisor.pid, 'SIGUSR2');
  const endAtMs = Date.now() + withinMs;
  while (Date.now() < endAtMs) {
    const child = readState(runDir)?.children.find((entry) => entry.name === name);
    if (child?.status === 'running' && child.pid !== pidBefore) return;
    await pause(100);
  }
  throw new Error(`${name} was not restarted within ${withinMs / 1000} s`);
};

/** Stops a running supervisor (and with it the suite); true when there was one. */
export const stopSupervisor = async (
  runDir: string,
  holder: ProcessIdentity | undefined,
): Promise<boolean> => {
  if (holder === undefined || !isAlive(holder)) return false;
  process.kill(holder.pid, 'SIGTERM');
  const endAtMs = Date.now() + 90_000;
  while (isAlive(holder) && Date.now() < endAtMs) await pause(50);
  if (isAlive(holder)) await stopProcess(holder, 1000);
  if (existsSync(runDir)) removePidFile(runDir, SUPERVISOR);
  return true;
};
