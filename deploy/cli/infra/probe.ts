import { setTimeout as pause } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { createConnection, type Connection } from 'mysql2/promise';
import { connect, type ServerInfo } from 'nats';

const CONNECT_TIMEOUT_MS = 2000;

export interface HostPort {
  readonly host: string;
  readonly port: number;
}

/** `host:port`, `[::1]:3306` or a bare host. */
export const parseAddress = (address: string, defaultPort: number): HostPort => {
  const match = /^(?:\[([^\]]+)\]|([^:]+))(?::(\d{1,5}))?$/.exec(address.trim());
  const host = match?.[1] ?? match?.[2];
  if (host === undefined) throw new Error(`not an address: "${address}" (expected host:port)`);
  return { host, port: match?.[3] === undefined ? defaultPort : Number(match[3]) };
};

export interface MysqlLogin {
  readonly address: string;
  readonly user: string;
  readonly password: string;
}

/** Runs `work` on one connection and closes it; errors of the connection reach the caller. */
export const withMysql = async <R>(
  login: MysqlLogin,
  work: (connection: Connection) => Promise<R>,
): Promise<R> => {
  const { host, port } = parseAddress(login.address, 3306);
  const connection = await createConnection({
    host,
    port,
    user: login.user,
    password: login.password,
    connectTimeout: CONNECT_TIMEOUT_MS,
  });
  try {
    return await work(connection);
  } finally {
    connection.destroy();
  }
};

export const pingMysql = (login: MysqlLogin): Promise<void> =>
  withMysql(login, (connection) => connection.ping());

/** Runs `work` on one connection that gives up instead of waiting for a server to appear. */
export const withRedis = async <R>(
  address: string,
  password: string | undefined,
  work: (redis: Redis) => Promise<R>,
): Promise<R> => {
  const { host, port } = parseAddress(address, 6379);
  const redis = new Redis({
    host,
    port,
    ...(password === undefined || password === '' ? {} : { password }),
    lazyConnect: true,
    retryStrategy: () => null,
    connectTimeout: CONNECT_TIMEOUT_MS,
    maxRetriesPerRequest: 0,
  });
  // Without a listener a refused connection would be printed besides being thrown.
  redis.on('error', () => undefined);
  try {
    await redis.connect();
    return await work(redis);
  } finally {
    redis.disconnect();
  }
};

export const pingRedis = (address: string, password?: string): Promise<void> =>
  withRedis(address, password, async (redis) => {
    await redis.ping();
  });

export const readRedisSetting = (
  address: string,
  password: string | undefined,
  name: string,
): Promise<string | undefined> =>
  withRedis(address, password, async (redis) => {
    const answer = (await redis.config('GET', name)) as string[];
    return answer[1];
  });

/** The server's own description of itself; throws when it cannot be reached. */
export const natsInfo = async (url: string): Promise<ServerInfo> => {
  const connection = await connect({
    servers: url,
    reconnect: false,
    timeout: CONNECT_TIMEOUT_MS,
  });
  try {
    const { info } = connection;
    if (info === undefined) throw new Error('NATS sent no server information');
    return info;
  } finally {
    await connection.close();
  }
};

export const pingNats = async (url: string): Promise<void> => {
  const info = await natsInfo(url);
  if (info.jetstream !== true) throw new Error(`NATS at ${url} runs without JetStream`);
};

/** Tries until it works; at the deadline the last failure is thrown. */
export const waitUntil = async (
  probe: () => Promise<void>,
  withinMs: number,
  everyMs = 50,
): Promise<void> => {
  const endAtMs = Date.now() + withinMs;
  for (;;) {
    try {
      await probe();
      return;
    } catch (error) {
      if (Date.now() >= endAtMs) throw error;
    }
    await pause(everyMs);
  }
};
