import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { parentEnv } from './config.ts';
import { eventually } from './eventually.ts';
import type { TestScope } from './teardown.ts';

export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A process that a test started, and everything it wrote. */
export interface TestProcess {
  readonly pid: number;
  /** Lines of stdout and stderr in the order they came. */
  readonly lines: readonly string[];
  readonly exited: Promise<Exit>;
  /** Resolves with the first line that matches, also one that came before; 10 s at most. */
  waitForLine(pattern: RegExp, withinMs?: number): Promise<string>;
  /** Dies without a chance to clean up, as in a power cut; resolves when it is gone. */
  kill9(): Promise<Exit>;
  /** Asks it to stop (SIGTERM) and waits; after `withinMs` (10 s) it is killed and this rejects. */
  stop(withinMs?: number): Promise<Exit>;
}

const running = new Set<ChildProcess>();

// However the test ends, what it started ends with it.
const endAll = (): void => {
  for (const child of running) child.kill('SIGKILL');
};
process.once('exit', endAll);
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) {
  process.once(signal, () => {
    endAll();
    process.kill(process.pid, signal);
  });
}

export interface ProcessOptions {
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly cwd?: string;
  /** Kills the process when this test ends. */
  readonly scope?: TestScope | undefined;
}

/** Starts a program; rejects when it cannot be started at all. */
export const startProcess = async (
  command: string,
  { args = [], env = {}, cwd, scope }: ProcessOptions = {},
): Promise<TestProcess> => {
  const child = spawn(command, args, {
    cwd,
    env: { ...parentEnv(), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  // Before anything is awaited: the test may end at any moment from here on.
  running.add(child);
  child.once('error', () => running.delete(child));
  await once(child, 'spawn');
  const lines: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on('line', (line) => lines.push(line));
  }
  const exited = once(child, 'close').then(([code, signal]): Exit => {
    running.delete(child);
    return { code: code as number | null, signal: signal as NodeJS.Signals | null };
  });
  const kill9 = (): Promise<Exit> => {
    child.kill('SIGKILL');
    return exited;
  };
  const stop = async (withinMs = 10_000): Promise<Exit> => {
    child.kill('SIGTERM');
    const timer = setTimeout(() => child.kill('SIGKILL'), withinMs);
    const exit = await exited;
    clearTimeout(timer);
    if (exit.signal !== 'SIGKILL') return exit;
    throw new Error(`${command} did not stop within ${withinMs} ms; it wrote:\n${tail(lines)}`);
  };
  scope?.teardown(kill9);
  return {
    pid: child.pid ?? 0,
    lines,
    exited,
    kill9,
    stop,
    waitForLine: (pattern, withinMs = 10_000) =>
      eventually(
        () => {
          const line = lines.find((each) => pattern.test(each));
          if (line !== undefined) return line;
          const state = running.has(child) ? 'runs' : 'has ended';
          throw new Error(
            `no line ${String(pattern)} from ${command}, which ${state}:\n${tail(lines)}`,
          );
        },
        { withinMs },
      ),
  };
};

export interface SpawnNodeOptions extends ProcessOptions {
  /** Resolve when a line like this was written. Default: at once. */
  readonly waitFor?: RegExp;
}

/** Runs a `.ts` file as a process of its own. */
export const spawnNode = async (
  file: string,
  { waitFor, args = [], ...options }: SpawnNodeOptions = {},
): Promise<TestProcess> => {
  const child = await startProcess(process.execPath, {
    ...options,
    args: ['--conditions=@app/source', file, ...args],
  });
  if (waitFor !== undefined) await child.waitForLine(waitFor);
  return child;
};

const tail = (lines: readonly string[]): string => lines.slice(-20).join('\n');
