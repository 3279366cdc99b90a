import { auth, defineService, type Revocation } from '@app/contracts';
import { systemClock, type Clock } from '@app/kernel';
import { actionHandlers, onHint, type Host, type ServiceSchema } from '@app/runtime';
import { createTestHost, testEnv, testNamespace, type TestDatabase } from '@app/testing';
import type { Test } from 'tap';
import { createApp } from '../../src/app.ts';
import { readConfig } from '../../src/config.ts';
import { createFakeNeighbours, type FakeNeighbours } from './fake-neighbours.ts';
import { migratedDatabase, mysqlEnv } from './mysql-store.ts';

export const SIGNING_KEY = 'a signing key for tests, 32 characters at least';
export const ADMIN_SECRET = 'a key for the tokens of admins, 32 characters at least';

export interface Suite {
  readonly namespace: string;
  readonly database: TestDatabase;
  readonly neighbours: FakeNeighbours;
  /** Moves the clock of this service's nodes. */
  advance(ms: number): void;
  nowMs(): number;
  startNode(): Promise<Host>;
  /** The user and wechat-ccs services. */
  startNeighbours(): Promise<Host>;
  /** A node that listens as a gateway does. */
  startGateway(): Promise<{ readonly host: Host; readonly heard: readonly Revocation[] }>;
}

const listener = defineService({
  name: 'listener',
  summary: 'Hears what gateways hear',
  errors: {},
  actions: {},
});

/** Nodes that share a database, a Redis prefix and a bus which nobody else sees. */
export const createSuite = async (t: Test): Promise<Suite> => {
  const namespace = testNamespace();
  const database = await migratedDatabase(t);
  const neighbours = createFakeNeighbours();
  const { nats, redis } = testEnv();
  let offsetMs = 0;
  const clock: Clock = { nowMs: () => systemClock.nowMs() + offsetMs };

  const startHost = async (service: string, schemas: readonly ServiceSchema[]): Promise<Host> => {
    const host = await createTestHost({ service, namespace, scope: t });
    host.add({ name: service, schemas, stores: [], workers: [] });
    await host.start();
    return host;
  };

  return {
    namespace,
    database,
    neighbours,
    advance: (ms) => {
      offsetMs += ms;
    },
    nowMs: clock.nowMs,
    startNode: async () => {
      const host = await createTestHost({ service: 'auth', namespace, scope: t, clock });
      const config = readConfig({
        NATS_URL: nats.url,
        NAMESPACE: namespace,
        REDIS_ADDR: redis.addr,
        ...mysqlEnv(database),
        JWT_SIGNING_KEY: SIGNING_KEY,
        ADMIN_JWT_SECRET: ADMIN_SECRET,
      });
      host.add(await createApp(host, config));
      await host.start();
      return host;
    },
    startNeighbours: () => startHost('neighbours', neighbours.schemas),
    startGateway: async () => {
      const heard: Revocation[] = [];
      const subscription = onHint(auth.hints.revoked, ({ items }) => void heard.push(...items));
      const schema = actionHandlers(listener, {}, { onHints: [subscription] });
      return { host: await startHost('gateway', [schema]), heard };
    },
  };
};
