import { wechatCcs } from '@app/contracts';
import type { Clock } from '@app/kernel';
import { createLogger, type Host } from '@app/runtime';
import { createTestHost, testEnv, type TestDatabase } from '@app/testing';
import type { Test } from 'tap';
import { createApp, readConfig } from '../../src/index.ts';
import { mysqlEnv, ringOf } from './real-stores.ts';
import { WXMP, WXOA } from './start-sandbox.ts';

export interface ServiceOptions {
  readonly namespace: string;
  readonly database: TestDatabase;
  readonly wechatUrl: string;
  readonly dataKeys?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Collects every line that is logged, at every level. */
  readonly lines?: string[];
  readonly clock?: Clock;
}

const sharedRing = ringOf('k1');

/** What a node of this service is configured with. */
export const serviceEnv = (options: ServiceOptions): Record<string, string> => ({
  NATS_URL: testEnv().nats.url,
  NAMESPACE: options.namespace,
  TRACE_EXPORTER: 'none',
  REDIS_ADDR: testEnv().redis.addr,
  ...mysqlEnv(options.database),
  DATA_KEYS: options.dataKeys ?? sharedRing,
  WXMP_APPID: WXMP.appId,
  WXMP_APPSECRET: WXMP.secret,
  WXOA_APPID: WXOA.appId,
  WXOA_APPSECRET: WXOA.secret,
  WX_API_BASE: options.wechatUrl,
  ...options.env,
});

/** A node of this service on real NATS, Redis and MySQL; stopped with the test. */
export const startService = async (t: Test, options: ServiceOptions): Promise<Host> => {
  const { namespace, lines = [] } = options;
  const destination = { write: (line: string) => void lines.push(line) };
  const logger = createLogger({ level: 'trace', service: 'wechat-ccs', destination });
  const host = await createTestHost({ service: 'wechat-ccs', namespace, logger, scope: t });
  const { clock = host.clock } = options;
  host.add(createApp(host, readConfig(serviceEnv(options)), { clock }));
  await host.start();
  return host;
};

/** A node of another service, to call from. */
export const startCaller = async (t: Test, namespace: string): Promise<Host> => {
  const host = await createTestHost({ service: 'caller', namespace, scope: t });
  await host.start();
  await host.broker.waitForServices([{ name: wechatCcs.name, version: 1 }], 10_000);
  return host;
};
