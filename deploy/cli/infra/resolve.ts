import { envPrefix, integerOf, type Env } from '../env.ts';
import { dataDir } from '../paths.ts';
import { CommandError } from '../say.ts';
import { servicesWithSchema, type StoreAddresses } from '../suite.ts';
import { dockerProblem, startDockerStores } from './docker.ts';
import { ADMIN_USER } from './mysql-server.ts';
import { canInstallPackages, installPackages, missingPackages } from './packages.ts';
import { privateServers, requireFreePort, stopStrays } from './private.ts';
import type { MysqlLogin } from './probe.ts';
import type { PrivateServer, StoreInfo, StoreName, StorePorts, StoreSource } from './types.ts';

/** The stores the suite will use, and the servers that must be started for it first. */
export interface ResolvedStores {
  readonly addresses: StoreAddresses;
  readonly admin: MysqlLogin;
  readonly infos: readonly StoreInfo[];
  readonly servers: readonly PrivateServer[];
}

export const storePorts = (env: Env): StorePorts => ({
  mysql: integerOf(env, 'LOCAL_MYSQL_PORT', 13306),
  redisCache: integerOf(env, 'LOCAL_REDIS_PORT', 16379),
  redisQueue: integerOf(env, 'LOCAL_REDIS_QUEUE_PORT', 16380),
  nats: integerOf(env, 'LOCAL_NATS_PORT', 14222),
});

const portVariables = {
  mysql: 'LOCAL_MYSQL_PORT',
  'redis-cache': 'LOCAL_REDIS_PORT',
  'redis-queue': 'LOCAL_REDIS_QUEUE_PORT',
  nats: 'LOCAL_NATS_PORT',
} as const satisfies Record<StoreName, string>;

export const portOf = (ports: StorePorts, name: StoreName): number =>
  ({
    mysql: ports.mysql,
    'redis-cache': ports.redisCache,
    'redis-queue': ports.redisQueue,
    nats: ports.nats,
  })[name];

const storeNames: readonly StoreName[] = ['mysql', 'redis-cache', 'redis-queue', 'nats'];

/** The address that was given for a store, if any. One Redis may serve as both. */
export const givenAddress = (env: Env, name: StoreName): string | undefined =>
  ({
    mysql: env['MYSQL_ADDR'] ?? env['MYSQL_WRITE_ADDR'],
    'redis-cache': env['REDIS_ADDR'],
    'redis-queue': env['REDIS_QUEUE_ADDR'] ?? env['REDIS_ADDR'],
    nats: env['NATS_URL'],
  })[name];

/**
 * Who may create schemas and accounts. On a server that was given: MYSQL_ADMIN_USER and
 * MYSQL_ADMIN_PASS, or the account of MYSQL_USER and MYSQL_PASS where it has the rights.
 */
export const adminLogin = (env: Env, address: string, source: StoreSource): MysqlLogin => {
  if (source !== 'environment')
    return { address, user: ADMIN_USER, password: env['MYSQL_ADMIN_PASS'] ?? '' };
  const user = env['MYSQL_ADMIN_USER'] ?? env['MYSQL_USER'];
  if (user === undefined)
    throw new CommandError(
      `MySQL at ${address} was given, but no account that may create schemas and accounts there.\n` +
        'Set MYSQL_ADMIN_USER and MYSQL_ADMIN_PASS.',
    );
  const password =
    env['MYSQL_ADMIN_USER'] === undefined ? env['MYSQL_PASS'] : env['MYSQL_ADMIN_PASS'];
  return { address, user, password: password ?? '' };
};

const noStores = (wanted: readonly StoreName[], why: string): CommandError =>
  new CommandError(
    [
      `nothing here can serve ${wanted.join(', ')}:`,
      '  · no address was given (MYSQL_ADDR, REDIS_ADDR, NATS_URL);',
      `  · ${why};`,
      `  · not installed: ${missingPackages(wanted)
        .map(({ name }) => name)
        .join(', ')}.`,
      'Remedy: start Docker, or install those packages (on Debian and Ubuntu ./make.sh up does it as root), or give addresses.',
    ].join('\n'),
  );

const startPrivately = async (
  env: Env,
  wanted: readonly StoreName[],
  dockerWhy: string,
): Promise<readonly PrivateServer[]> => {
  const missing = missingPackages(wanted);
  if (missing.length > 0) {
    if (!canInstallPackages()) throw noStores(wanted, dockerWhy);
    await installPackages(missing);
  }
  const ports = storePorts(env);
  await stopStrays(dataDir);
  for (const name of wanted) await requireFreePort(name, portOf(ports, name), portVariables[name]);
  const adminPassword = env['MYSQL_ADMIN_PASS'] ?? '';
  return privateServers({ dataDir, ports, adminPassword, isDurable: true }, wanted);
};

const dockerEnv = (env: Env): Env => {
  const ports = storePorts(env);
  return {
    ...env,
    ...Object.fromEntries(
      storeNames.map((name) => [portVariables[name], String(portOf(ports, name))]),
    ),
  };
};

/** Architecture §7: given addresses, else a Docker engine, else servers on the PATH, else Debian's packages. */
export const resolveStores = async (env: Env): Promise<ResolvedStores> => {
  const wanted = storeNames.filter((name) => givenAddress(env, name) === undefined);
  const ports = storePorts(env);
  let source: StoreSource = 'private';
  let servers: readonly PrivateServer[] = [];
  if (wanted.length > 0) {
    const why = await dockerProblem();
    if (why === undefined) {
      source = 'docker';
      await startDockerStores([...wanted, 'jaeger'], dockerEnv(env));
    } else servers = await startPrivately(env, wanted, why);
  }
  const infos = storeNames.map((name): StoreInfo => {
    const given = givenAddress(env, name);
    return given === undefined
      ? { name, address: `127.0.0.1:${portOf(ports, name)}`, source }
      : { name, address: given, source: 'environment' };
  });
  const [mysql, redisCache, redisQueue, nats] = infos;
  if (
    mysql === undefined ||
    redisCache === undefined ||
    redisQueue === undefined ||
    nats === undefined
  )
    throw new Error('every store has an entry');
  return {
    addresses: {
      mysql: mysql.address,
      redisCache: redisCache.address,
      redisQueue: redisQueue.address,
      natsUrl: nats.source === 'environment' ? nats.address : `nats://${nats.address}`,
    },
    admin: adminLogin(env, mysql.address, mysql.source),
    infos,
    servers,
  };
};

/** The password each service's account gets and logs in with. */
export const servicePasswords = (env: Env): Readonly<Record<string, string>> =>
  Object.fromEntries(
    servicesWithSchema().map((service) => {
      const key = `${envPrefix(service)}_MYSQL_PASS`;
      const password = env[key];
      if (password === undefined) throw new CommandError(`${key} is not set`);
      return [service, password];
    }),
  );
