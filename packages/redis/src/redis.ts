import type { Host, Part } from '@app/runtime';
import { Redis, type RedisOptions } from 'ioredis';
import type { RedisConfig } from './config.ts';
import { closeConnection, readyWithin, rememberDuplicates, watchConnection } from './connection.ts';
import { traceCommands } from './traced-client.ts';

/** `cache`: recomputable values with a TTL, may evict. `queue`: jobs, locks, counters; must not. */
export type RedisRole = 'cache' | 'queue';

export interface RedisPart extends Part {
  readonly role: RedisRole;
  /** Where it connects to, for messages: `host:port`. */
  readonly address: string;
  /**
   * For the request path: a command fails within the command timeout, or at once-ish while Redis
   * is down; commands of one tick travel as one pipeline; a command whose answer was lost fails
   * instead of running twice. No blocking commands here: they would hold up everybody else's.
   */
  readonly client: Redis;
  /**
   * The connection that BullMQ's producers and workers of this process share (workers duplicate it
   * for blocking). It waits for Redis for ever, so callers bound their own waiting. Queue role only.
   */
  queueClient(): Redis;
  /** Rejects with what is wrong and how to repair it. */
  check(): Promise<void>;
}

export interface CreateRedisOptions {
  readonly role: RedisRole;
  /** Its namespace prefixes every key, so that suites can share a Redis; without it there is no prefix. */
  readonly host?: Pick<Host, 'namespace' | 'nodeId' | 'logger'>;
  /** How long `start` waits for the first connection before it goes on without; default 3 000. */
  readonly startTimeoutMs?: number;
}

const parseAddress = (address: string): { host: string; port: number } => {
  const colon = address.lastIndexOf(':');
  const port = Number(address.slice(colon + 1));
  if (colon < 1 || !Number.isInteger(port) || port < 1 || port > 65_535) {
    throw new TypeError(`a Redis address is host:port, got ${JSON.stringify(address)}`);
  }
  return { host: address.slice(0, colon).replace(/^\[(.*)\]$/, '$1'), port };
};

/** Up to half a second, so that a store that returns is used at once; spread, so that not all come together. */
const retryDelayMs = (times: number): number =>
  Math.ceil(Math.min(times * 50, 500) * (0.5 + Math.random() / 2));

const connectRemedy = (role: RedisRole, address: string, reason: string): string =>
  `Redis (${role}) at ${address} is not connected${reason === '' ? '' : ` (${reason})`}. ` +
  `Remedy: start it, or correct REDIS_${role === 'queue' ? 'QUEUE_' : ''}ADDR and REDIS_PASS.`;

const evictionRemedy = (policy: string, address: string): string =>
  `Redis at ${address} may evict keys (maxmemory-policy is ${policy}), so jobs, locks and counters could vanish. ` +
  'Remedy: CONFIG SET maxmemory-policy noeviction there (and in redis.conf), or point REDIS_QUEUE_ADDR to an instance of its own.';

/**
 * One logical Redis. Connects in the background and keeps trying for ever; `start` waits for it a
 * bounded time and then lets the process go on, `check` tells the truth meanwhile.
 */
export const createRedis = (config: RedisConfig, options: CreateRedisOptions): RedisPart => {
  const { role, host } = options;
  const address = role === 'queue' ? (config.redisQueueAddr ?? config.redisAddr) : config.redisAddr;
  const common: RedisOptions = {
    ...parseAddress(address),
    ...(config.redisPass === undefined ? {} : { password: config.redisPass }),
    connectTimeout: 2000,
    keepAlive: 10_000,
    retryStrategy: retryDelayMs,
    // After a fail-over the old primary answers READONLY: connect anew to find the new one.
    reconnectOnError: (error) => error.message.startsWith('READONLY'),
  };
  const nameOf = (purpose: string): string => `${host?.nodeId ?? 'node'}-${purpose}`;
  const client = new Redis({
    ...common,
    connectionName: nameOf(role),
    lazyConnect: true,
    keyPrefix: host === undefined ? '' : `${host.namespace}:`,
    commandTimeout: config.redisCommandTimeoutMs,
    // A command whose answer got lost may have run: it fails with the connection (0: at once), and
    // its caller decides whether to repeat it, never the driver.
    maxRetriesPerRequest: 0,
    autoResendUnfulfilledCommands: false,
    enableAutoPipelining: true,
  });
  traceCommands(client);
  const watcher = watchConnection(client, { role, address, logger: host?.logger });
  let forQueues: Redis | undefined;
  const duplicates = new Set<Redis>();
  let stopped = false;

  return {
    name: `redis-${role}`,
    role,
    address,
    client,
    queueClient() {
      if (role !== 'queue')
        throw new Error('jobs live on the Redis of role queue, this one is a cache');
      if (stopped) throw new Error(`redis-${role} is stopped`);
      if (forQueues === undefined) {
        // BullMQ resends its scripts, which are safe to repeat, and insists on endless retries.
        forQueues = new Redis({
          ...common,
          connectionName: nameOf('jobs'),
          maxRetriesPerRequest: null,
        });
        forQueues.on('error', () => undefined); // the request-path client of the same store reports it
        rememberDuplicates(forQueues, duplicates);
      }
      return forQueues;
    },
    async start() {
      if (client.status === 'wait') client.connect().catch(() => undefined); // tried again by itself
      const isReady = await readyWithin(client, options.startTimeoutMs ?? 3000);
      if (!isReady) {
        host?.logger.warn({ role, address }, 'redis is not reachable yet, starting without it');
      }
    },
    async stop() {
      stopped = true;
      watcher.stop();
      await Promise.all([client, ...(forQueues ? [forQueues] : [])].map(closeConnection));
      for (const each of duplicates) each.disconnect();
    },
    async check() {
      if (client.status !== 'ready')
        throw new Error(connectRemedy(role, address, watcher.reason()));
      if (role === 'cache') {
        await client.ping();
        return;
      }
      const policy = /^maxmemory_policy:(\S+)/m.exec(await client.info('memory'))?.[1] ?? 'unknown';
      if (policy !== 'noeviction') throw new Error(evictionRemedy(policy, address));
    },
  };
};
