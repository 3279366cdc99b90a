/** A MySQL or MariaDB with a user that may create schemas and users. */
export interface DatabaseServer {
  readonly addr: string;
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
}

/** Where the real stores are that integration tests run against. */
export interface TestEnv {
  readonly mysql: DatabaseServer;
  readonly redis: { readonly addr: string; readonly host: string; readonly port: number };
  readonly nats: { readonly url: string };
}

const KEYS = {
  TEST_MYSQL_ADDR: 'host:port of a MySQL or MariaDB that tests may create schemas in',
  TEST_MYSQL_USER: 'a user there that may create schemas and users',
  TEST_MYSQL_PASS: 'its password (may be empty, but must be set)',
  TEST_REDIS_ADDR: 'host:port of a Redis with maxmemory-policy noeviction',
  TEST_NATS_URL: 'nats://host:port of a NATS server with JetStream',
} as const;

/**
 * Reads the `TEST_*` addresses. Throws with everything that is missing at once: a test without its
 * store fails, it does not skip itself.
 */
export const testEnv = (
  env: Readonly<Record<string, string | undefined>> = process.env,
): TestEnv => {
  const missing = Object.entries(KEYS).filter(([key]) => env[key] === undefined);
  if (missing.length > 0) {
    throw new Error(
      [
        'integration tests need real stores, and these addresses are not set:',
        ...missing.map(([key, meaning]) => `  ${key}  ${meaning}`),
        './make.sh test brings up the stores and sets all of them.',
      ].join('\n'),
    );
  }
  const get = (key: keyof typeof KEYS): string => env[key] ?? '';
  return {
    mysql: {
      ...parseAddr('TEST_MYSQL_ADDR', get('TEST_MYSQL_ADDR')),
      user: get('TEST_MYSQL_USER'),
      password: get('TEST_MYSQL_PASS'),
    },
    redis: parseAddr('TEST_REDIS_ADDR', get('TEST_REDIS_ADDR')),
    nats: { url: get('TEST_NATS_URL') },
  };
};

const parseAddr = (key: string, addr: string) => {
  const match = /^(.+):(\d{1,5})$/.exec(addr);
  const [, host, port] = match ?? [];
  if (host === undefined || port === undefined) {
    throw new Error(`${key}="${addr}" is not host:port, for example 127.0.0.1:13306`);
  }
  return { addr, host, port: Number(port) };
};

/** The environment that a child process of a test starts from. */
export const parentEnv = (): Readonly<Record<string, string | undefined>> => process.env;
