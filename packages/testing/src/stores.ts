import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createConnection } from 'mysql2/promise';
import { type ServerOptions, startServer, type TestServer } from './servers.ts';

const run = promisify(execFile);

export interface NatsOptions extends ServerOptions {
  /** Default true. */
  readonly jetStream?: boolean;
}

/** A private `nats-server`, with JetStream unless told otherwise. */
export const startNats = async ({ jetStream = true, ...options }: NatsOptions = {}): Promise<
  TestServer & { readonly url: string }
> => {
  const server = await startServer(
    {
      command: 'nats-server',
      args: (port, dataDir) => [
        '--addr=127.0.0.1',
        `--port=${port}`,
        ...(jetStream ? ['--jetstream', `--store_dir=${dataDir}`] : []),
      ],
      remedy: 'install nats-server (Debian: apt-get install nats-server)',
    },
    options,
  );
  return { ...server, url: `nats://${server.addr}` };
};

/** A private `redis-server` that keeps its data over a restart (append-only file, every write). */
export const startRedis = (options: ServerOptions = {}): Promise<TestServer> =>
  startServer(
    {
      command: 'redis-server',
      args: (port, dataDir) => [
        ...['--port', String(port), '--bind', '127.0.0.1', '--dir', dataDir],
        ...['--appendonly', 'yes', '--appendfsync', 'always', '--save', ''],
        ...['--maxmemory-policy', 'noeviction'],
      ],
      prepare: async (dir) => {
        await mkdir(join(dir, 'data'), { recursive: true });
      },
      remedy: 'install redis-server (Debian: apt-get install redis-server)',
    },
    options,
  );

const ADMIN = { user: 'tester', password: 'tester' } as const;

/** A private MariaDB, small and quick to start; `user` and `password` are its administrator's. */
export const startMariadb = async (
  options: ServerOptions = {},
): Promise<TestServer & typeof ADMIN> => {
  const isRoot = process.getuid?.() === 0;
  // Not as `mysql`: it could not enter the folders of a test run below a home that is root's alone.
  const asUser = isRoot ? ['--user=root'] : [];
  const server = await startServer(
    {
      command: 'mariadbd',
      args: (port, dataDir) => [
        '--no-defaults',
        ...asUser,
        `--datadir=${dataDir}`,
        // Relative to the data folder: the kernel refuses long paths for sockets.
        '--socket=s.sock',
        `--pid-file=${dataDir}/pid`,
        `--tmpdir=${dataDir}/../tmp`,
        `--port=${port}`,
        '--bind-address=127.0.0.1',
        '--skip-name-resolve',
        '--innodb-buffer-pool-size=16M',
        '--innodb-log-file-size=8M',
        '--innodb-flush-log-at-trx-commit=2',
        '--performance-schema=OFF',
        '--max-connections=100',
        `--init-file=${dataDir}/../init.sql`,
      ],
      prepare: async (dir) => {
        await mkdir(join(dir, 'tmp'), { recursive: true });
        await writeFile(
          join(dir, 'init.sql'),
          `create user if not exists '${ADMIN.user}'@'%' identified by '${ADMIN.password}';\n` +
            `grant all on *.* to '${ADMIN.user}'@'%' with grant option;\n`,
        );
        await run('mariadb-install-db', [
          '--no-defaults',
          ...asUser,
          `--datadir=${join(dir, 'data')}`,
          `--tmpdir=${join(dir, 'tmp')}`,
          '--auth-root-authentication-method=normal',
          // A machine that cannot look up its own name is no reason to fail.
          '--force',
          '--skip-test-db',
          '--innodb-log-file-size=8M',
        ]);
      },
      ready: async (port) => {
        const connection = await createConnection({ host: '127.0.0.1', port, ...ADMIN });
        await connection.end();
      },
      remedy: 'install mariadb-server (Debian: apt-get install mariadb-server)',
    },
    options,
  );
  return { ...server, ...ADMIN };
};
