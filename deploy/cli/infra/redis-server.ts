import { ensureDir, findBinary } from '../paths.ts';
import { CommandError } from '../say.ts';
import { pingRedis } from './probe.ts';
import type { PrivateServer } from './types.ts';

export interface RedisServerOptions {
  readonly name: string;
  readonly dataDir: string;
  readonly port: number;
  /** `queue` keeps every key and writes a log; `cache` forgets the least used and writes nothing. */
  readonly role: 'cache' | 'queue';
}

const roleArguments = {
  queue: ['--appendonly', 'yes', '--appendfsync', 'everysec', '--maxmemory-policy', 'noeviction'],
  cache: ['--appendonly', 'no', '--maxmemory', '256mb', '--maxmemory-policy', 'allkeys-lru'],
} as const;

/** A private Redis on a loopback port of its own. */
export const redisServer = ({ name, dataDir, port, role }: RedisServerOptions): PrivateServer => {
  const command = findBinary('redis-server', 'valkey-server');
  if (command === undefined) throw new CommandError('redis-server is not installed');
  const address = `127.0.0.1:${port}`;
  return {
    child: {
      name,
      role: 'store',
      command,
      args: [
        ...['--bind', '127.0.0.1', '--port', String(port), '--dir', dataDir, '--save', ''],
        ...['--daemonize', 'no', '--loglevel', 'notice'],
        ...roleArguments[role],
      ],
      cwd: ensureDir(dataDir),
      env: process.env,
      where: address,
      stopTimeoutMs: 10_000,
    },
    async prepare() {
      ensureDir(dataDir);
      await Promise.resolve();
    },
    probe: () => pingRedis(address),
  };
};
