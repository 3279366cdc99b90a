import { execFile } from 'node:child_process';
import { chownSync, existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { ensureDir, findBinary, parentsOf, socketPath } from '../paths.ts';
import { CommandError, dim, say } from '../say.ts';
import { pingMysql } from './probe.ts';
import type { PrivateServer } from './types.ts';

const run = promisify(execFile);

export interface MysqlServerOptions {
  readonly name: string;
  readonly dataDir: string;
  readonly port: number;
  readonly adminPassword: string;
  /** True: every commit is on disk before it is answered. False (tests): it survives the process, not the machine. */
  readonly isDurable: boolean;
}

/** The account this project administers its own instance with. */
export const ADMIN_USER = 'root';

interface Account {
  readonly user: string;
  readonly uid: number;
  readonly gid: number;
}

const serverBinary = (): string => {
  const binary = findBinary('mariadbd', 'mysqld');
  if (binary === undefined) throw new CommandError('neither mariadbd nor mysqld is installed');
  return binary;
};

const isMariadb = async (binary: string): Promise<boolean> =>
  (await run(binary, ['--no-defaults', '--version'])).stdout.includes('MariaDB');

const mysqlAccount = (): Account | undefined => {
  const line = /^mysql:[^:]*:(\d+):(\d+):/m.exec(readFileSync('/etc/passwd', 'utf8'));
  return line === null ? undefined : { user: 'mysql', uid: Number(line[1]), gid: Number(line[2]) };
};

const mayPass = (folder: string, account: Account): boolean => {
  const { mode, uid, gid } = statSync(folder);
  const bit = uid === account.uid ? 0o100 : gid === account.gid ? 0o010 : 0o001;
  return (mode & bit) !== 0;
};

/**
 * As root the server gives its rights up and becomes `mysql`, where that user can reach the data
 * (not below a home folder with mode 0700: there it stays root). As anybody else it stays who we are.
 */
const accountFor = (dataDir: string): Account | undefined => {
  if (process.getuid?.() !== 0) return undefined;
  ensureDir(dirname(dataDir));
  const account = mysqlAccount();
  if (account !== undefined && parentsOf(dataDir).every((folder) => mayPass(folder, account)))
    return account;
  return { user: 'root', uid: 0, gid: 0 };
};

const installArguments = async (
  binary: string,
  dataDir: string,
  account: Account | undefined,
): Promise<readonly [string, string[]]> => {
  const user = account === undefined ? [] : [`--user=${account.user}`];
  if (!(await isMariadb(binary)))
    return [binary, ['--no-defaults', '--initialize-insecure', `--datadir=${dataDir}`, ...user]];
  const installer = findBinary('mariadb-install-db', 'mysql_install_db');
  if (installer === undefined) throw new CommandError('mariadb-install-db is not installed');
  return [
    installer,
    [
      '--no-defaults',
      `--datadir=${dataDir}`,
      '--auth-root-authentication-method=normal',
      // A machine that cannot look up its own name is no reason to fail.
      '--force',
      '--skip-test-db',
      '--innodb-log-file-size=16M',
      ...user,
    ],
  ];
};

/** Creates the system tables in an empty folder. */
export const initialiseMysqlData = async (dataDir: string): Promise<void> => {
  const account = accountFor(dataDir);
  ensureDir(dataDir);
  if (account !== undefined) chownSync(dataDir, account.uid, account.gid);
  const [command, args] = await installArguments(serverBinary(), dataDir, account);
  try {
    await run(command, args, { timeout: 120_000, maxBuffer: 16 * 1024 * 1024 });
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
    rmSync(dataDir, { recursive: true, force: true });
    throw new CommandError(
      `MySQL could not create its data in ${dataDir}:\n${stdout}${stderr}`.trim(),
    );
  }
};

const quote = (text: string): string => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`;

/** Run by the server before it accepts anybody, at every start: the password always is the one in our settings. */
const initSql = (password: string): string =>
  ['localhost', '127.0.0.1']
    .flatMap((host) => {
      const account = `'${ADMIN_USER}'@'${host}'`;
      return [
        `CREATE USER IF NOT EXISTS ${account};`,
        `ALTER USER ${account} IDENTIFIED BY ${quote(password)};`,
        `GRANT ALL PRIVILEGES ON *.* TO ${account} WITH GRANT OPTION;`,
      ];
    })
    .join('\n');

const serverArguments = (options: MysqlServerOptions, initFile: string): string[] => [
  '--no-defaults',
  `--datadir=${options.dataDir}`,
  `--port=${options.port}`,
  '--bind-address=127.0.0.1',
  `--socket=${socketPath(options.dataDir, 'mysql.sock')}`,
  `--pid-file=${join(options.dataDir, 'mysql.pid')}`,
  `--init-file=${initFile}`,
  '--skip-name-resolve',
  '--skip-log-bin',
  '--default-time-zone=+00:00',
  '--character-set-server=utf8mb4',
  '--max-connections=500',
  '--innodb-buffer-pool-size=128M',
  '--performance-schema=OFF',
  `--innodb-flush-log-at-trx-commit=${options.isDurable ? 1 : 2}`,
  ...(options.isDurable ? [] : ['--innodb-doublewrite=0']),
];

/** A private MySQL or MariaDB on a loopback port of its own. */
export const mysqlServer = (options: MysqlServerOptions): PrivateServer => {
  const { name, dataDir, port, adminPassword } = options;
  const account = accountFor(dataDir);
  const initFile = join(dataDir, 'init.sql');
  const address = `127.0.0.1:${port}`;
  const user = account === undefined ? [] : [`--user=${account.user}`];
  return {
    child: {
      name,
      role: 'store',
      command: serverBinary(),
      args: [...serverArguments(options, initFile), ...user],
      cwd: '/',
      env: process.env,
      where: address,
      stopTimeoutMs: 30_000,
    },
    async prepare() {
      if (!existsSync(join(dataDir, 'mysql'))) {
        say(dim('  creating the data of MySQL (once)'));
        await initialiseMysqlData(dataDir);
      }
      // Nobody runs on this data (the caller saw to it), so a lock is a dead predecessor's.
      const socket = socketPath(dataDir, 'mysql.sock');
      for (const stale of [socket, `${socket}.lock`]) rmSync(stale, { force: true });
      writeFileSync(initFile, initSql(adminPassword), { mode: 0o600 });
      if (account !== undefined) chownSync(initFile, account.uid, account.gid);
    },
    probe: () => pingMysql({ address, user: ADMIN_USER, password: adminPassword }),
  };
};
