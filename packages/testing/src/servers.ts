import { rmSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect as connectTcp } from 'node:net';
import { once } from 'node:events';
import { startProcess, type TestProcess } from './children.ts';
import { eventually } from './eventually.ts';
import { freePort } from './free-port.ts';
import type { TestScope } from './teardown.ts';

/** A store of the test's own, to be stopped and started at will. Its port and data stay the same. */
export interface TestServer {
  readonly host: '127.0.0.1';
  readonly port: number;
  /** `127.0.0.1:<port>` */
  readonly addr: string;
  /** Brings it up again; resolves when it answers. */
  up(): Promise<void>;
  /** `SIGTERM` unless told otherwise; resolves when it is gone. */
  down(signal?: 'SIGTERM' | 'SIGKILL'): Promise<void>;
  restart(): Promise<void>;
  /** Deletes its data (a lost disk); call it while the server is down. */
  wipe(): Promise<void>;
  /** Stops it and removes everything it wrote. */
  close(): Promise<void>;
}

export interface ServerOptions {
  /** Closes the server when this test ends. */
  readonly scope?: TestScope | undefined;
}

export interface ServerKind {
  readonly command: string;
  readonly args: (port: number, dataDir: string) => readonly string[];
  /** Makes the data folder usable, at the first start and after `wipe`. */
  readonly prepare?: (dataDir: string) => Promise<void>;
  /** Rejects until the server answers; by default a TCP connection must open. */
  readonly ready?: (port: number) => Promise<unknown>;
  /** What to do when the program is not installed. */
  readonly remedy: string;
}

const READY_WITHIN_MS = 20_000;

const dataDirs = new Set<string>();

// Also a test that fails half-way leaves nothing behind.
process.once('exit', () => {
  for (const dir of dataDirs) rmSync(dir, { recursive: true, force: true });
});

/** Starts a private server on a free port of 127.0.0.1 with a data folder of its own. */
export const startServer = async (
  kind: ServerKind,
  { scope }: ServerOptions = {},
): Promise<TestServer> => {
  const port = await freePort();
  const dataDir = await mkdtemp(join(tmpdir(), `${kind.command}-test-`));
  dataDirs.add(dataDir);
  let child: TestProcess | undefined;
  const up = async (): Promise<void> => {
    child = await startOrExplain(kind, port, dataDir);
    const mine = child;
    await eventually(() => (kind.ready ?? opens)(port), {
      withinMs: READY_WITHIN_MS,
      everyMs: 30,
    }).catch((error: unknown) => {
      throw new Error(
        `${kind.command} does not answer; it wrote:\n${mine.lines.slice(-20).join('\n')}`,
        {
          cause: error,
        },
      );
    });
  };
  const down = async (signal: 'SIGTERM' | 'SIGKILL' = 'SIGTERM'): Promise<void> => {
    await (signal === 'SIGKILL' ? child?.kill9() : child?.stop(15_000));
    child = undefined;
  };
  const prepare = async (): Promise<void> => kind.prepare?.(dataDir);
  const close = async (): Promise<void> => {
    await down('SIGKILL');
    await rm(dataDir, { recursive: true, force: true });
    dataDirs.delete(dataDir);
  };
  scope?.teardown(close);
  await prepare();
  await up();
  return {
    host: '127.0.0.1',
    port,
    addr: `127.0.0.1:${port}`,
    up,
    down,
    async restart() {
      await down();
      await up();
    },
    async wipe() {
      await rm(join(dataDir, 'data'), { recursive: true, force: true });
      await prepare();
    },
    close,
  };
};

const startOrExplain = async (
  kind: ServerKind,
  port: number,
  dataDir: string,
): Promise<TestProcess> => {
  try {
    return await startProcess(kind.command, { args: kind.args(port, join(dataDir, 'data')) });
  } catch (error) {
    throw new Error(`${kind.command} cannot be started: ${kind.remedy}`, { cause: error });
  }
};

const opens = async (port: number): Promise<void> => {
  const socket = connectTcp(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
  } finally {
    socket.destroy();
  }
};
