import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { docker, devComposeFile, dockerProblem } from '../infra/docker.ts';
import { ADMIN_USER, initialiseMysqlData } from '../infra/mysql-server.ts';
import { canInstallPackages, installPackages, missingPackages } from '../infra/packages.ts';
import { privateServers, stopStrays } from '../infra/private.ts';
import { waitUntil } from '../infra/probe.ts';
import type { PrivateServer, StoreName, StorePorts } from '../infra/types.ts';
import { cacheDir, ensureDir, localDir } from '../paths.ts';
import { createChild, lastLines, type Child } from '../process/child.ts';
import { identify } from '../process/identity.ts';
import { freePort } from '../process/ports.ts';
import { CommandError } from '../say.ts';

const run = promisify(execFile);

/** Stores for one run of the tests. */
export interface TestStores {
  readonly env: Readonly<Record<string, string>>;
  stop(): Promise<void>;
}

/** One Redis is enough for tests: with `noeviction` it is right for both roles. */
const wanted: readonly StoreName[] = ['mysql', 'redis-queue', 'nats'];

const template = join(cacheDir, 'mysql-template');

/** A system database is made once; each run starts from a copy of it. */
const copyTemplate = async (target: string): Promise<void> => {
  if (!existsSync(join(template, 'mysql'))) {
    const draft = mkdtempSync(join(ensureDir(cacheDir), 'mysql-draft-'));
    await initialiseMysqlData(draft);
    try {
      renameSync(draft, template);
    } catch {
      // Another run was faster; its template is as good.
      rmSync(draft, { recursive: true, force: true });
    }
  }
  await run('cp', ['-a', template, target]);
};

const testEnv = (ports: StorePorts, password: string): Record<string, string> => ({
  TEST_MYSQL_ADDR: `127.0.0.1:${ports.mysql}`,
  TEST_MYSQL_USER: ADMIN_USER,
  TEST_MYSQL_PASS: password,
  TEST_REDIS_ADDR: `127.0.0.1:${ports.redisQueue}`,
  TEST_NATS_URL: `nats://127.0.0.1:${ports.nats}`,
});

const choosePorts = async (): Promise<StorePorts> => ({
  mysql: await freePort(),
  redisCache: await freePort(),
  redisQueue: await freePort(),
  nats: await freePort(),
});

const waitFor = async (child: Child, server: PrivateServer): Promise<void> => {
  try {
    await waitUntil(() => server.probe(), 60_000, 25);
  } catch {
    throw new CommandError(`${child.spec.name} does not start:\n${lastLines(child.logFile, 25)}`);
  }
};

const PASSWORD = 'for-tests-only';

const startPrivately = async (folder: string): Promise<TestStores> => {
  const ports = await choosePorts();
  const dataDir = ensureDir(join(folder, 'data'));
  await copyTemplate(join(dataDir, 'mysql'));
  const servers = privateServers(
    { dataDir, ports, adminPassword: PASSWORD, isDurable: false },
    wanted,
  );
  const children: Child[] = [];
  const stop = async (): Promise<void> => {
    await Promise.all(children.map((child) => child.stop()));
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    await Promise.all(
      servers.map(async (server) => {
        await server.prepare();
        const child = createChild(server.child, {
          runDir: join(folder, 'run'),
          logDir: join(folder, 'log'),
          onChange: () => undefined,
          onExit: () => undefined,
        });
        children.push(child);
        child.start();
        await waitFor(child, server);
      }),
    );
  } catch (error) {
    await stop();
    throw error;
  }
  return { env: testEnv(ports, PASSWORD), stop };
};

const startInDocker = async (folder: string): Promise<TestStores> => {
  const ports = await choosePorts();
  const compose = ['compose', '-p', `mall-test-${process.pid}`, '-f', devComposeFile];
  const env = {
    ...process.env,
    MYSQL_ADMIN_PASS: PASSWORD,
    LOCAL_MYSQL_PORT: String(ports.mysql),
    LOCAL_REDIS_PORT: String(ports.redisCache),
    LOCAL_REDIS_QUEUE_PORT: String(ports.redisQueue),
    LOCAL_NATS_PORT: String(ports.nats),
  };
  const stop = async (): Promise<void> => {
    await docker([...compose, 'down', '--volumes'], env);
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    await docker([...compose, 'up', '-d', '--wait', ...wanted], env);
  } catch (error) {
    await stop();
    throw error;
  }
  return { env: testEnv(ports, PASSWORD), stop };
};

const given = (): Readonly<Record<string, string>> | undefined => {
  const keys = [
    'TEST_MYSQL_ADDR',
    'TEST_MYSQL_USER',
    'TEST_MYSQL_PASS',
    'TEST_REDIS_ADDR',
    'TEST_NATS_URL',
  ];
  const entries = keys.map((key) => [key, process.env[key] ?? ''] as const);
  return entries.every(([, value]) => value !== '') ? Object.fromEntries(entries) : undefined;
};

/** Folders of runs that were killed: their servers are stopped, their data deleted. */
export const removeDeadRuns = async (): Promise<void> => {
  for (const entry of readdirSync(ensureDir(localDir))) {
    const pid = /^test-(\d+)$/.exec(entry)?.[1];
    if (pid === undefined || identify(Number(pid)) !== undefined) continue;
    await stopStrays(join(localDir, entry));
    rmSync(join(localDir, entry), { recursive: true, force: true });
  }
};

/**
 * Stores of this run alone, on free ports: those of the environment when all `TEST_*` are given,
 * else servers on the PATH, else Docker, else Debian's packages.
 */
export const startTestStores = async (folder: string): Promise<TestStores> => {
  const env = given();
  if (env !== undefined) return { env, stop: () => Promise.resolve() };
  const missing = missingPackages(wanted);
  if (missing.length === 0) return startPrivately(folder);
  if ((await dockerProblem()) === undefined) return startInDocker(folder);
  if (!canInstallPackages())
    throw new CommandError(
      `the tests need real stores: install ${missing.map(({ name }) => name).join(', ')}, start Docker, or set TEST_MYSQL_ADDR, TEST_MYSQL_USER, TEST_MYSQL_PASS, TEST_REDIS_ADDR and TEST_NATS_URL`,
    );
  await installPackages(missing);
  return startPrivately(folder);
};
