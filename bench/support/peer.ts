import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { freePort } from '@app/testing';

/** Something the suite is compared with: a few processes and the address of one of them. */
export interface Peer {
  readonly url: string;
  stop(): Promise<void>;
}

const startChild = async (
  entry: string,
  env: Readonly<Record<string, string>>,
): Promise<ChildProcess> => {
  const child = spawn(process.execPath, ['--conditions=@app/source', entry], {
    env: { PATH: process.env['PATH'] ?? '', ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await new Promise<void>((resolve, reject) => {
    child.stdout.on('data', (chunk: Buffer) => {
      if (chunk.toString().includes('ready')) resolve();
    });
    child.once('exit', (code) => reject(new Error(`${entry} ended with ${code}`)));
  });
  return child;
};

/** Starts the processes in order; each says "ready" when it is. */
export const startPeer = async (
  name: string,
  env: Readonly<Record<string, string>>,
  programs: readonly { readonly entry: string; readonly listens?: boolean }[],
): Promise<Peer> => {
  const port = await freePort();
  const children: ChildProcess[] = [];
  for (const { entry, listens } of programs) {
    children.push(
      await startChild(entry, { ...env, ...(listens === true ? { PORT: String(port) } : {}) }),
    );
  }
  console.log(`${name} runs`);
  return {
    url: `http://127.0.0.1:${port}`,
    async stop() {
      for (const child of children) {
        child.kill('SIGTERM');
        await once(child, 'exit');
      }
    },
  };
};
