import type { Host } from '@app/runtime';
import {
  createTestHost,
  testEnv,
  testNamespace,
  type TestDatabase,
  type TestDatabaseOptions,
} from '@app/testing';
import type { Test } from 'tap';
import { createApp } from '../../src/app.ts';
import { readConfig } from '../../src/config.ts';
import { INDEX_KEY, K1, migratedDatabase, mysqlEnv } from './mysql-store.ts';

export interface Suite {
  readonly namespace: string;
  readonly database: TestDatabase;
  /** A node of this service. */
  startNode(env?: Record<string, string>): Promise<Host>;
  /** A node without services: what the gateway or a neighbour is. */
  startNeighbour(): Promise<Host>;
}

/** Nodes that share a database, a Redis prefix and a bus which nobody else sees. */
export const createSuite = async (
  t: Test,
  server?: TestDatabaseOptions['server'],
): Promise<Suite> => {
  const namespace = testNamespace();
  const database = await migratedDatabase(t, server);
  const { nats, redis } = testEnv();
  const startNode = async (env: Record<string, string> = {}): Promise<Host> => {
    const host = await createTestHost({ service: 'user', namespace, scope: t });
    const config = readConfig({
      NATS_URL: nats.url,
      NAMESPACE: namespace,
      REDIS_ADDR: redis.addr,
      ...mysqlEnv(database),
      DATA_KEYS: K1,
      DATA_INDEX_KEY: INDEX_KEY,
      ...env,
    });
    host.add(await createApp(host, config));
    await host.start();
    return host;
  };
  const startNeighbour = async (): Promise<Host> => {
    const host = await createTestHost({ service: 'neighbour', namespace, scope: t });
    await host.start();
    return host;
  };
  return { namespace, database, startNode, startNeighbour };
};
