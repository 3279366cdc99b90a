import { readFileSync, readdirSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { identify } from '../process/identity.ts';
import { commandOf, isListening, portOwner } from '../process/ports.ts';
import { stopProcess } from '../process/stop.ts';
import { CommandError, say } from '../say.ts';
import { mysqlServer } from './mysql-server.ts';
import { natsServer } from './nats-server.ts';
import { redisServer } from './redis-server.ts';
import type { PrivateServer, StoreName, StorePorts } from './types.ts';

export interface PrivateStoresOptions {
  readonly dataDir: string;
  readonly ports: StorePorts;
  readonly adminPassword: string;
  readonly isDurable: boolean;
}

/** The project's own instances, each with its folder below `dataDir`. */
export const privateServers = (
  options: PrivateStoresOptions,
  wanted: readonly StoreName[],
): readonly PrivateServer[] => {
  const { dataDir, ports, adminPassword, isDurable } = options;
  const folder = (name: string): string => join(dataDir, name);
  const makers: Readonly<Record<StoreName, () => PrivateServer>> = {
    mysql: () =>
      mysqlServer({
        name: 'mysql',
        dataDir: folder('mysql'),
        port: ports.mysql,
        adminPassword,
        isDurable,
      }),
    'redis-cache': () =>
      redisServer({
        name: 'redis-cache',
        dataDir: folder('redis-cache'),
        port: ports.redisCache,
        role: 'cache',
      }),
    'redis-queue': () =>
      redisServer({
        name: 'redis-queue',
        dataDir: folder('redis-queue'),
        port: ports.redisQueue,
        role: 'queue',
      }),
    nats: () => natsServer({ name: 'nats', dataDir: folder('nats'), port: ports.nats }),
  };
  return wanted.map((name) => makers[name]());
};

const readProc = (pid: number, read: (path: string) => string): string => {
  try {
    return read(`/proc/${pid}`);
  } catch {
    return '';
  }
};

const SERVER = /^(\S*\/)?(mariadbd|mysqld|redis-server|valkey-server|nats-server)\b/;

/**
 * A server that names the folder on its command line or works in it, or anything that was told to
 * keep its temp files there. A person's shell or editor in the folder is neither.
 */
const belongsTo = (pid: number, folder: string): boolean => {
  const cwd = readProc(pid, (proc) => readlinkSync(`${proc}/cwd`));
  const temp = readProc(pid, (proc) => readFileSync(`${proc}/environ`, 'utf8')).split('\0');
  const command = commandOf(pid);
  return (
    (SERVER.test(command) && (command.includes(`${folder}/`) || cwd.startsWith(`${folder}/`))) ||
    temp.some((entry) => entry.startsWith(`TMPDIR=${folder}/`))
  );
};

/**
 * Stops what still runs on a folder of our own although no record names it (the records were
 * deleted, or a run of the tests was killed). Only what provably belongs to the folder is touched.
 */
export const stopStrays = async (folder: string): Promise<void> => {
  if (process.platform !== 'linux') return;
  const pids = readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .map(Number);
  const strays = pids.filter(
    (pid) => pid !== process.pid && pid !== process.ppid && belongsTo(pid, folder),
  );
  await Promise.all(
    strays.map(async (pid) => {
      const identity = identify(pid);
      if (identity === undefined) return;
      say(`  stopping process ${pid} of an earlier run: ${commandOf(pid).slice(0, 80)}`);
      await stopProcess(identity, 30_000);
    }),
  );
};

/** Refuses to start on a port that somebody else has: it is never ours to free. */
export const requireFreePort = async (
  what: string,
  port: number,
  variable: string,
): Promise<void> => {
  if (!(await isListening(port))) return;
  const owner = portOwner(port);
  const who =
    owner === undefined
      ? 'another process'
      : `process ${owner.pid} (${owner.command.slice(0, 80)})`;
  throw new CommandError(
    `port ${port} for ${what} is taken by ${who}.\nStop it, or choose another port: ${variable}=<port> ./make.sh up`,
  );
};
