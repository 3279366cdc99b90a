import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { envPrefix, integerOf, schemaOf, type Env } from './env.ts';
import { ensureMerchantFiles } from '@app/sandbox';
import { cacheDir, localDir, root } from './paths.ts';
import type { ChildRole, ChildSpec } from './process/child.ts';
import { serviceNames } from './repository.ts';
import { CommandError } from './say.ts';

/** One thing the suite runs as a process of its own. */
export interface Member {
  readonly name: string;
  readonly role: Exclude<ChildRole, 'store'>;
  readonly folder: string;
}

const hasMain = (folder: string): boolean => existsSync(join(folder, 'src/main.ts'));

export const migrationsDirOf = (service: string): string =>
  join(root, 'services', service, 'migrations');

/** Services that keep rows, and therefore have a schema and an account. */
export const servicesWithSchema = (): readonly string[] =>
  serviceNames().filter((service) => existsSync(migrationsDirOf(service)));

export const gateway: Member = { name: 'gateway', role: 'gateway', folder: join(root, 'gateway') };
export const sandbox: Member = {
  name: 'sandbox',
  role: 'sandbox',
  folder: join(root, 'packages/sandbox'),
};

export const serviceMembers = (): readonly Member[] =>
  serviceNames()
    .map((name): Member => ({ name, role: 'service', folder: join(root, 'services', name) }))
    .filter(({ folder }) => hasMain(folder));

/** The sandbox plays the upstreams in development only; it never starts elsewhere. */
export const members = (env: Env): readonly Member[] => [
  ...((env['ENV'] ?? 'dev') === 'dev' ? [sandbox] : []),
  ...serviceMembers(),
  gateway,
];

export const requireService = (name: string): string => {
  const known = [...serviceNames(), 'gateway'];
  if (!known.includes(name))
    throw new CommandError(`there is no service "${name}". There are: ${known.join(', ')}`);
  return name;
};

export const gatewayPort = (env: Env): number => integerOf(env, 'GATEWAY_PORT', 3000);
export const sandboxPort = (env: Env): number => integerOf(env, 'SANDBOX_PORT', 3900);
export const gatewayUrl = (env: Env): string => `http://127.0.0.1:${gatewayPort(env)}`;
export const sandboxUrl = (env: Env): string => `http://127.0.0.1:${sandboxPort(env)}`;

/** First port for the metrics of services in development; each takes the next one. */
const METRICS_PORT_FIRST = 13901;

const metricsPorts = (env: Env): Record<string, string> =>
  Object.fromEntries(
    serviceMembers().map(({ name }, index) => [
      `${envPrefix(name)}_METRICS_PORT`,
      String(integerOf(env, 'LOCAL_METRICS_PORT', METRICS_PORT_FIRST) + index),
    ]),
  );

const upstreamKeys = [
  'WX_API_BASE',
  'WXPAY_API_BASE',
  'DOUYIN_API_BASE',
  'DOUDIAN_API_BASE',
  'ALIYUN_SMS_ENDPOINT',
  'COS_ENDPOINT',
] as const;

/** Where the sandbox pushes messages to; an app without push secrets gets none. */
const sandboxPushes = (env: Env): string =>
  (['WXMP', 'WXOA'] as const)
    .filter((app) =>
      [`${app}_APPID`, `${app}_PUSH_TOKEN`, `${app}_PUSH_AES_KEY`].every(
        (key) => (env[key] ?? '') !== '',
      ),
    )
    .map((app) => {
      const appid = env[`${app}_APPID`] ?? '';
      const address = `${gatewayUrl(env)}/callbacks/wechat/${appid}`;
      return `${appid}:${env[`${app}_PUSH_TOKEN`] ?? ''}:${env[`${app}_PUSH_AES_KEY`] ?? ''}:${address}`;
    })
    .join(',');

/** Points every upstream at the sandbox and tells the sandbox which apps exist. */
const sandboxEnv = (env: Env): Env => ({
  ...Object.fromEntries(upstreamKeys.map((key) => [key, sandboxUrl(env)])),
  SANDBOX_WECHAT_APPS: [
    `${env['WXMP_APPID'] ?? ''}:${env['WXMP_APPSECRET'] ?? ''}:mp`,
    `${env['WXOA_APPID'] ?? ''}:${env['WXOA_APPSECRET'] ?? ''}:oa`,
  ].join(','),
  SANDBOX_WECHAT_PUSHES: sandboxPushes(env),
});

const merchantFolder = join(localDir, 'wechat-pay');

/** The development merchant's keys: made once, and told to the service and to the sandbox. */
const merchantEnv = (env: Env): Env => {
  if (env['WECHAT_PRIVATE_KEY_PATH'] !== undefined) return {};
  const { privateKeyPath, merchantsFile } = ensureMerchantFiles(merchantFolder, {
    mchid: env['WECHAT_MCHID'] ?? '',
    appids: [env['WXMP_APPID'] ?? ''],
    apiV3Key: env['WECHAT_API_V3_KEY'] ?? '',
    serialNo: env['WECHAT_SERIAL_NO'] ?? '',
  });
  return {
    WECHAT_PRIVATE_KEY_PATH: privateKeyPath,
    WECHAT_NOTIFY_URL: `${gatewayUrl(env)}/callbacks/wechat-pay`,
    SANDBOX_WECHAT_PAY_MERCHANTS_FILE: merchantsFile,
  };
};

export interface StoreAddresses {
  readonly mysql: string;
  readonly redisCache: string;
  readonly redisQueue: string;
  readonly natsUrl: string;
}

/** Something to look at, and no minute's wait between two refunds, which only WeChat itself wants. */
const conveniences: Env = { GOODS_DEMO_DATA: 'true', PAY_REFUND_GAP_MS: '0' };

/** What every process of the suite is started with; values that were given from outside win. */
export const suiteEnv = (env: Env, stores: StoreAddresses): Env => {
  const isDevelopment = (env['ENV'] ?? 'dev') === 'dev';
  const accounts: Env = Object.fromEntries(
    servicesWithSchema().map((service) => [`${envPrefix(service)}_MYSQL_USER`, schemaOf(service)]),
  );
  return {
    ENV: 'dev',
    MYSQL_ADDR: stores.mysql,
    REDIS_ADDR: stores.redisCache,
    REDIS_QUEUE_ADDR: stores.redisQueue,
    NATS_URL: stores.natsUrl,
    GATEWAY_PORT: String(gatewayPort(env)),
    SANDBOX_PORT: String(sandboxPort(env)),
    ...accounts,
    ...metricsPorts(env),
    ...(isDevelopment ? { ...sandboxEnv(env), ...merchantEnv(env), ...conveniences } : {}),
    NODE_COMPILE_CACHE: join(cacheDir, 'compile'),
    // glibc keeps freed memory per thread and above a threshold that grows; both are fixed low here.
    MALLOC_ARENA_MAX: '1',
    MALLOC_TRIM_THRESHOLD_: '65536',
    MALLOC_MMAP_THRESHOLD_: '65536',
    ...env,
  };
};

/**
 * The heap is bounded, so that a leak ends in a restart and not in a full machine. A service is
 * tuned to be small (no code of the two middle compilers, a young generation of 1 MB); the gateway,
 * through which every request goes, is not.
 */
const memoryFlags: Readonly<Record<Member['role'], readonly string[]>> = {
  service: [
    '--max-old-space-size=256',
    '--max-semi-space-size=1',
    '--optimize-for-size',
    '--no-sparkplug',
    '--no-maglev',
  ],
  sandbox: ['--max-old-space-size=256', '--max-semi-space-size=1', '--optimize-for-size'],
  gateway: ['--max-old-space-size=384', '--max-semi-space-size=4'],
};

/** Runs TypeScript as it stands in the sources. */
export const sourceFlags = [
  '--conditions=@app/source',
  '--disable-warning=ExperimentalWarning',
] as const;

const whereOf = (member: Member, env: Env): string => {
  if (member.role === 'gateway') return gatewayUrl(env);
  if (member.role === 'sandbox') return sandboxUrl(env);
  const port = env[`${envPrefix(member.name)}_METRICS_PORT`];
  return port === undefined || port === '0' ? 'NATS' : `NATS, metrics on :${port}`;
};

/** A password belongs to one service; the others do not see it. */
const withoutForeignPasswords = (env: Env, member: Member): Env =>
  Object.fromEntries(
    Object.entries(env).filter(
      ([key]) =>
        key !== 'MYSQL_ADMIN_PASS' &&
        (!key.endsWith('_MYSQL_PASS') || key === `${envPrefix(member.name)}_MYSQL_PASS`),
    ),
  );

/** All services and the gateway in one process: as many services, one heap, one broker. */
export const singleSpec = (env: Env): ChildSpec => ({
  name: 'suite',
  role: 'gateway',
  command: process.execPath,
  args: [...sourceFlags, '--max-old-space-size=320', 'single.ts'],
  cwd: import.meta.dirname,
  env,
  where: gatewayUrl(env),
  stopTimeoutMs: 28_000,
});

/** How a member is run as a process of its own. */
export const memberSpec = (member: Member, env: Env, watch: boolean): ChildSpec => ({
  name: member.name,
  role: member.role,
  command: process.execPath,
  args: [
    ...sourceFlags,
    ...memoryFlags[member.role],
    ...(watch ? ['--watch', '--watch-preserve-output'] : []),
    'src/main.ts',
  ],
  cwd: member.folder,
  env: withoutForeignPasswords(env, member),
  where: whereOf(member, env),
  stopTimeoutMs: 28_000,
});
