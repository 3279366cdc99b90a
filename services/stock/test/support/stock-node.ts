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
import { migratedDatabase, mysqlEnv } from './stock-store.ts';

export interface Suite {
  readonly namespace: string;
  readonly database: TestDatabase;
  /** The environment of a node of this suite, also for one that is a process of its own. */
  readonly env: Readonly<Record<string, string>>;
  /** A node of this service. */
  startNode(): Promise<Host>;
  /** A node without services: what the gateway or a neighbour is. */
  startNeighbour(): Promise<Host>;
}

/** Nodes that share a database, a Redis prefix and a bus which nobody else sees. */
export const createSuite = async (
  t: Test,
  over: Readonly<Record<string, string>> = {},
  server?: TestDatabaseOptions['server'],
): Promise<Suite> => {
  const namespace = testNamespace();
  const database = await migratedDatabase(t, server);
  const { nats, redis } = testEnv();
  const env = {
    NATS_URL: nats.url,
    NAMESPACE: namespace,
    REDIS_ADDR: redis.addr,
    ...mysqlEnv(database),
    ...over,
  };
  const startNode = async (): Promise<Host> => {
    const host = await createTestHost({ service: 'stock', namespace, scope: t });
    host.add(await createApp(host, readConfig(env)));
    await host.start();
    return host;
  };
  const startNeighbour = async (): Promise<Host> => {
    const host = await createTestHost({ service: 'neighbour', namespace, scope: t });
    await host.start();
    return host;
  };
  return { namespace, database, env, startNode, startNeighbour };
};
