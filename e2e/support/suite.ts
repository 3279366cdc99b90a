import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { migrate } from '@app/mysql';
import { dropNamespace, eventually, freePort, jaegerCollector, testEnv } from '@app/testing';
import mysql from 'mysql2/promise';
import { ensureMerchantFiles } from '@app/sandbox';
import { searchSuite, secretsOfSandbox, type Search } from './confidential.ts';
import { createClient, type Client } from './http.ts';
import { describeLeaks } from './leaks.ts';
import { root, startProcess, type SuiteProcess } from './process.ts';

/** Where the stores are; by default those of the test run, or some of a test's own. */
export interface SuiteStores {
  readonly mysqlAddr: string;
  readonly mysqlUser: string;
  readonly mysqlPass: string;
  readonly redisAddr: string;
  readonly natsUrl: string;
}

export interface SuiteOptions {
  readonly stores?: SuiteStores;
  readonly gateways?: number;
  readonly userInstances?: number;
  /** Added to the environment of every process. */
  readonly env?: Readonly<Record<string, string>>;
  /** Collects every span, to be searched for secrets at the end. */
  readonly traced?: boolean;
  /** Whether the end searches all output for secrets. Default true; a benchmark writes too much. */
  readonly searched?: boolean;
}

/** The whole suite, every service a process of its own, on schemas and names of its own. */
export interface Suite {
  readonly gateways: readonly Client[];
  readonly client: Client;
  readonly sandboxUrl: string;
  readonly secrets: Readonly<Record<string, string>>;
  readonly schemas: Readonly<Record<string, string>>;
  readonly namespace: string;
  readonly stores: SuiteStores;
  readonly logFolder: string;
  process(name: string): SuiteProcess;
  readonly processes: readonly SuiteProcess[];
  /** Starts a process again that was killed, and waits until the suite is ready. */
  revive(name: string): Promise<void>;
  /** What `wx.login` would have given a user. */
  loginCode(openid?: string): Promise<{ readonly code: string; readonly openid: string }>;
  phoneCode(phone: string): Promise<string>;
  signIn(openid?: string): Promise<SignedIn>;
  /** Searches all output so far for secrets, as `stop` does. */
  search(): Promise<Search>;
  /** Also rejects when a secret stands where it must not: in a log, a span or an answer. */
  stop(): Promise<void>;
}

export interface SignedIn {
  readonly accessToken: string;
  readonly refreshToken: string;
  readonly expiresIn: number;
  readonly user: {
    readonly id: string;
    readonly nickname: string;
    readonly avatarUrl: string;
    readonly phone: string | null;
    readonly isNew: boolean;
  };
}

const services = ['user', 'wechat-ccs', 'auth', 'goods', 'stock', 'pay', 'order'] as const;
const snake = (name: string): string => name.replaceAll('-', '_');
const secret = (): string => randomBytes(32).toString('base64url');

export const storesOfTheTestRun = (): SuiteStores => {
  const env = testEnv();
  return {
    mysqlAddr: env.mysql.addr,
    mysqlUser: env.mysql.user,
    mysqlPass: env.mysql.password,
    redisAddr: env.redis.addr,
    natsUrl: env.nats.url,
  };
};

const control = async (url: string, body: unknown): Promise<Record<string, string>> => {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`sandbox: ${response.status} ${await response.text()}`);
  return (await response.json()) as Record<string, string>;
};

const untilReady = (gateways: readonly Client[]): Promise<void> =>
  eventually(
    async () => {
      for (const gateway of gateways) {
        const { status, body } = await gateway.get('/system/ready');
        if (status !== 200) throw new Error(`not ready: ${JSON.stringify(body)}`);
      }
    },
    { withinMs: 60_000 },
  );

export const startSuite = async (options: SuiteOptions = {}): Promise<Suite> => {
  const id = randomBytes(4).toString('hex');
  const stores = options.stores ?? storesOfTheTestRun();
  const logFolder = join(tmpdir(), `mall-e2e-${id}`);
  const schemas = Object.fromEntries(services.map((name) => [name, `e2e_${id}_${snake(name)}`]));
  const passwords = Object.fromEntries(services.map((name) => [name, secret()]));
  const secrets = {
    JWT_SIGNING_KEY: secret(),
    ADMIN_JWT_SECRET: secret(),
    INTERNAL_API_KEY: secret(),
    DATA_KEYS: `k1:${randomBytes(32).toString('base64')}`,
    DATA_INDEX_KEY: secret(),
    WXMP_APPID: `wx${randomBytes(8).toString('hex')}`,
    WXMP_APPSECRET: randomBytes(16).toString('hex'),
    WECHAT_MCHID: '1900000001',
    WECHAT_SERIAL_NO: `4${randomBytes(20).toString('hex').slice(1)}`.toUpperCase(),
    WECHAT_API_V3_KEY: randomBytes(16).toString('hex'),
    WXMP_PUSH_TOKEN: randomBytes(16).toString('hex'),
    // Any 43 letters and digits decode to 32 bytes.
    WXMP_PUSH_AES_KEY: randomBytes(22).toString('hex').slice(0, 43),
    WXOA_APPID: `wx${randomBytes(8).toString('hex')}`,
    WXOA_APPSECRET: randomBytes(16).toString('hex'),
  };
  await Promise.all(
    services.map((name) =>
      migrate({
        adminConfig: {
          addr: stores.mysqlAddr,
          user: stores.mysqlUser,
          password: stores.mysqlPass,
        },
        service: name,
        migrationsDir: join(root, 'services', name, 'migrations'),
        schema: schemas[name],
        account: { user: schemas[name], password: passwords[name] ?? '' },
      }),
    ),
  );

  const merchant = ensureMerchantFiles(join(logFolder, 'wechat-pay'), {
    mchid: secrets.WECHAT_MCHID,
    appids: [secrets.WXMP_APPID],
    apiV3Key: secrets.WECHAT_API_V3_KEY,
    serialNo: secrets.WECHAT_SERIAL_NO,
  });
  const gatewayPorts = await Promise.all(
    Array.from({ length: options.gateways ?? 1 }, () => freePort()),
  );
  const collector = options.traced === true ? await jaegerCollector() : undefined;
  const sandboxPort = await freePort();
  const sandboxUrl = `http://127.0.0.1:${sandboxPort}`;
  const processes = new Map<string, SuiteProcess>();
  const common = {
    ENV: 'dev',
    NAMESPACE: `e2e-${id}`,
    NATS_URL: stores.natsUrl,
    MYSQL_ADDR: stores.mysqlAddr,
    REDIS_ADDR: stores.redisAddr,
    WX_API_BASE: sandboxUrl,
    WXPAY_API_BASE: sandboxUrl,
    WECHAT_PRIVATE_KEY_PATH: merchant.privateKeyPath,
    WECHAT_NOTIFY_URL: `http://127.0.0.1:${gatewayPorts[0] ?? 0}/callbacks/wechat-pay`,
    WX_JS_HOSTS: 'm.example.com',
    LOG_LEVEL: 'info',
    RATE_LIMIT_READ_PER_MIN: '100000',
    RATE_LIMIT_WRITE_PER_MIN: '100000',
    RATE_LIMIT_AUTH_PER_MIN: '100000',
    ...secrets,
    ...(collector === undefined
      ? {}
      : {
          TRACE_EXPORTER: 'jaeger',
          TRACE_SAMPLE_RATIO: '1',
          JAEGER_AGENT_HOST: '127.0.0.1',
          JAEGER_AGENT_PORT: String(collector.port),
        }),
    ...options.env,
  };
  const start = async (name: string, entry: string, env: Readonly<Record<string, string>>) => {
    processes.set(
      name,
      await startProcess({
        name,
        entry,
        env: { ...common, NODE_ID: `${name}-${id}`, ...env },
        logFolder,
      }),
    );
  };
  const [gatewayPort = 0] = gatewayPorts;
  const pushUrl = `http://127.0.0.1:${gatewayPort}/callbacks/wechat/${secrets.WXMP_APPID}`;
  await start('sandbox', 'packages/sandbox/src/main.ts', {
    // It refuses to run in production; a benchmark runs the rest as in production.
    ENV: 'dev',
    SANDBOX_PORT: String(sandboxPort),
    SANDBOX_WECHAT_PAY_MERCHANTS_FILE: merchant.merchantsFile,
    SANDBOX_WECHAT_APPS: [
      `${secrets.WXMP_APPID}:${secrets.WXMP_APPSECRET}:mp`,
      `${secrets.WXOA_APPID}:${secrets.WXOA_APPSECRET}:oa`,
    ].join(),
    SANDBOX_WECHAT_PUSHES: `${secrets.WXMP_APPID}:${secrets.WXMP_PUSH_TOKEN}:${secrets.WXMP_PUSH_AES_KEY}:${pushUrl}`,
  });
  for (const service of services) {
    const instances = service === 'user' ? (options.userInstances ?? 1) : 1;
    for (let index = 0; index < instances; index += 1) {
      await start(
        index === 0 ? service : `${service}-${index + 1}`,
        `services/${service}/src/main.ts`,
        {
          MYSQL_SCHEMA: schemas[service] ?? '',
          MYSQL_USER: schemas[service] ?? '',
          MYSQL_PASS: passwords[service] ?? '',
        },
      );
    }
  }
  for (const [index, port] of gatewayPorts.entries()) {
    await start(index === 0 ? 'gateway' : `gateway-${index + 1}`, 'gateway/src/main.ts', {
      GATEWAY_PORT: String(port),
    });
  }
  const gateways = gatewayPorts.map((port) => createClient(`http://127.0.0.1:${port}`));
  const [client] = gateways;
  if (client === undefined) throw new Error('a suite needs a gateway');

  const searchFor = (issued: Awaited<ReturnType<typeof secretsOfSandbox>>): Search =>
    searchSuite({
      processes: [...processes.values()],
      answers: gateways.flatMap(({ answers }) => answers),
      spans: collector?.spans() ?? [],
      issued,
    });

  const stop = async (): Promise<void> => {
    const issued = await secretsOfSandbox(sandboxUrl);
    await Promise.all([...processes.values()].map((one) => one.stop()));
    const leaks = options.searched === false ? [] : searchFor(issued).leaks;
    await collector?.close();
    const admin = await mysql.createConnection({
      uri: `mysql://${stores.mysqlUser}:${stores.mysqlPass}@${stores.mysqlAddr}`,
    });
    for (const schema of Object.values(schemas)) {
      await admin.query(`drop schema if exists \`${schema}\``);
      await admin.query(`drop user if exists \`${schema}\`@\`%\``);
    }
    await admin.end();
    await dropNamespace(common.NAMESPACE, stores.natsUrl);
    rmSync(logFolder, { recursive: true, force: true });
    if (leaks.length > 0) throw new Error(`secrets leaked:\n${describeLeaks(leaks)}`);
  };

  const suite: Suite = {
    gateways,
    client,
    sandboxUrl,
    secrets,
    schemas,
    namespace: common.NAMESPACE,
    stores,
    logFolder,
    processes: [...processes.values()],
    process(name) {
      const found = processes.get(name);
      if (found === undefined)
        throw new Error(`no process ${name}: ${[...processes.keys()].join(', ')}`);
      return found;
    },
    async revive(name) {
      processes.set(name, await suite.process(name).restart());
      await untilReady(gateways);
    },
    async loginCode(openid) {
      const answer = await control(
        `${sandboxUrl}/__sandbox/wechat/login-codes`,
        openid === undefined ? {} : { openid },
      );
      return { code: answer['code'] ?? '', openid: answer['openid'] ?? '' };
    },
    async phoneCode(phone) {
      return (await control(`${sandboxUrl}/__sandbox/wechat/phone-codes`, { phone }))['code'] ?? '';
    },
    async signIn(openid) {
      const { code } = await suite.loginCode(openid);
      const { status, body } = await client.post<SignedIn>('/api/v1/auth/wechat/login', { code });
      if (status !== 200) throw new Error(`sign-in failed: ${status} ${JSON.stringify(body)}`);
      return body.data;
    },
    search: async () => searchFor(await secretsOfSandbox(sandboxUrl)),
    stop,
  };
  try {
    await untilReady(gateways);
  } catch (error) {
    const logs = [...processes.values()].map(
      (one) => `== ${one.name}\n${one.output().slice(-2000)}`,
    );
    await stop();
    throw new Error(`the suite did not become ready:\n${logs.join('\n')}`, { cause: error });
  }
  return suite;
};
