import type { RowDataPacket } from 'mysql2';
import type { Env } from '../env.ts';
import { NATS_PAYLOAD_BYTES_MAX } from '../infra/nats-server.ts';
import { natsInfo, readRedisSetting, withMysql, type MysqlLogin } from '../infra/probe.ts';
import { care, good, stop, type Finding } from './finding.ts';

const reason = (error: unknown): string =>
  error instanceof Error
    ? error.message || ((error as NodeJS.ErrnoException).code ?? error.name)
    : String(error);

interface MysqlFacts {
  readonly version: string;
  readonly offsetSeconds: number;
  readonly aheadMs: number;
  readonly grants: readonly string[];
  readonly durability: number;
}

const CLOCK_SKEW_MS_MAX = 1000;

/** Whether this version knows what our SQL uses (skip locked, JSON, window functions, check constraints). */
export const mysqlVersion = (version: string): Finding => {
  const [, major = '0', minor = '0'] = /^(\d+)\.(\d+)/.exec(version) ?? [];
  const number = Number(major) * 100 + Number(minor);
  const isMariadb = version.includes('MariaDB');
  const isKnown = isMariadb ? number >= 1006 : number >= 800;
  return isKnown
    ? good(`${isMariadb ? '' : 'MySQL '}${version}`)
    : stop(
        `${version} is too old`,
        'use MySQL 8.4 or MariaDB 10.11 (tested), at least 8.0 or 10.6',
      );
};

export const mysqlSettings = (facts: MysqlFacts): readonly Finding[] => [
  mysqlVersion(facts.version),
  facts.offsetSeconds === 0
    ? good('MySQL keeps time in UTC')
    : care(
        `MySQL's time zone is ${facts.offsetSeconds / 3600} h off UTC`,
        "the services set their sessions to UTC; for your own queries set default-time-zone='+00:00'",
      ),
  Math.abs(facts.aheadMs) <= CLOCK_SKEW_MS_MAX
    ? good('the clocks of MySQL and this machine agree to a second')
    : stop(
        `MySQL's clock is ${(facts.aheadMs / 1000).toFixed(1)} s off this machine's`,
        'run NTP (chrony or systemd-timesyncd) on both: deadlines are compared with the database clock',
      ),
  facts.grants.some((grant) => /ALL PRIVILEGES ON \*\.\*|CREATE USER/.test(grant))
    ? good('the admin account may create schemas and accounts')
    : stop(
        'the admin account may not create schemas and accounts',
        'GRANT ALL PRIVILEGES ON *.* TO <account> WITH GRANT OPTION, or run ./make.sh migrate with one that may',
      ),
  facts.durability === 1
    ? good('commits are durable')
    : care(
        `innodb_flush_log_at_trx_commit is ${facts.durability}: a power cut loses commits that were answered`,
        'set it to 1',
      ),
];

const readMysql = (login: MysqlLogin): Promise<MysqlFacts> =>
  withMysql(login, async (connection) => {
    const [rows] = await connection.query<RowDataPacket[]>(
      `select version() as version,
              timestampdiff(second, utc_timestamp(), now()) as offset_seconds,
              unix_timestamp(now(3)) * 1000 as now_ms,
              @@global.innodb_flush_log_at_trx_commit as durability`,
    );
    const aheadMs = Number(rows[0]?.['now_ms']) - Date.now();
    const [grants] = await connection.query<RowDataPacket[]>('show grants');
    return {
      version: String(rows[0]?.['version']),
      offsetSeconds: Number(rows[0]?.['offset_seconds']),
      aheadMs,
      grants: grants.flatMap((row) => Object.values(row).map(String)),
      durability: Number(rows[0]?.['durability']),
    };
  });

export const examineMysql = async (login: MysqlLogin): Promise<readonly Finding[]> => {
  try {
    return mysqlSettings(await readMysql(login));
  } catch (error) {
    return [
      stop(
        `MySQL at ${login.address} does not let ${login.user} in: ${reason(error)}`,
        'check MYSQL_ADDR, MYSQL_ADMIN_USER and MYSQL_ADMIN_PASS, and that the server runs',
      ),
    ];
  }
};

/** Jobs, locks and counters must not be evicted. */
export const queuePolicy = (policy: string | undefined): Finding =>
  policy === 'noeviction'
    ? good('the Redis of queues evicts nothing')
    : stop(
        `the Redis of queues has maxmemory-policy ${policy ?? 'unknown'}: it may drop jobs and locks`,
        'config set maxmemory-policy noeviction there, or give it its own server with REDIS_QUEUE_ADDR',
      );

const appendOnly = (setting: string | undefined): Finding =>
  setting === 'yes'
    ? good('the Redis of queues writes a log')
    : care(
        'the Redis of queues keeps nothing on disk',
        'set appendonly yes: sweepers re-create lost jobs, but later',
      );

export const examineRedis = async (
  address: string,
  env: Env,
  role: 'cache' | 'queue',
): Promise<readonly Finding[]> => {
  const password = env['REDIS_PASS'];
  try {
    const policy = await readRedisSetting(address, password, 'maxmemory-policy');
    if (role === 'cache') return [good(`Redis (cache) answers at ${address}`)];
    const aof = await readRedisSetting(address, password, 'appendonly');
    return [good(`Redis (queue) answers at ${address}`), queuePolicy(policy), appendOnly(aof)];
  } catch (error) {
    return [
      stop(
        `Redis (${role}) at ${address} does not answer: ${reason(error)}`,
        `check ${role === 'cache' ? 'REDIS_ADDR' : 'REDIS_QUEUE_ADDR'} and REDIS_PASS, and that the server runs`,
      ),
    ];
  }
};

export const natsSettings = (info: {
  readonly jetstream?: boolean;
  readonly max_payload: number;
}): readonly Finding[] => [
  info.jetstream === true
    ? good('NATS has JetStream')
    : stop(
        'NATS runs without JetStream: facts cannot be kept',
        'start it with -js -sd <folder>, or jetstream {} in its file',
      ),
  info.max_payload >= NATS_PAYLOAD_BYTES_MAX
    ? good(`NATS takes messages up to ${info.max_payload} bytes`)
    : care(
        `NATS takes messages up to ${info.max_payload} bytes only: bodies near 1 MiB will be refused`,
        `set max_payload: ${NATS_PAYLOAD_BYTES_MAX} in its file`,
      ),
];

export const examineNats = async (url: string): Promise<readonly Finding[]> => {
  try {
    return natsSettings(await natsInfo(url));
  } catch (error) {
    return [
      stop(
        `NATS at ${url} does not answer: ${reason(error)}`,
        'check NATS_URL, and that the server runs',
      ),
    ];
  }
};
