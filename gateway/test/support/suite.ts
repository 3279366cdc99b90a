import { auth, user, wechatCcs, type Revocation, type ServiceContract } from '@app/contracts';
import { DomainError } from '@app/kernel';
import {
  actionHandlers,
  createLogger,
  readConfig,
  type App,
  type Handlers,
  type Host,
  type ServiceSchema,
} from '@app/runtime';
import {
  createTestHost,
  eventually,
  freePort,
  testEnv,
  testNamespace,
  type TestScope,
} from '@app/testing';
import { createApp, type GatewayOverrides } from '../../src/app.ts';
import { configSpec } from '../../src/config.ts';
import { shopApp, type ShopRecorder } from './shop.ts';
import { ids, keys } from './tokens.ts';

const profile = {
  id: ids.user,
  nickname: '小明',
  avatarUrl: '',
  bio: '',
  phone: null,
  createdAt: '2026-01-01T00:00:00.000Z',
};

const unused = (): Promise<never> => Promise.reject(new DomainError('INTERNAL', 'internal'));

/** A service of which these tests need only some actions; the others fail. */
const partial = <Contract extends ServiceContract>(
  contract: Contract,
  handlers: Partial<Handlers<NoInfer<Contract>>>,
): ServiceSchema => {
  const all = Object.fromEntries(Object.keys(contract.actions).map((key) => [key, unused]));
  return actionHandlers(contract, { ...all, ...handlers });
};

/** auth with nothing but a list of revocations, which the test fills, and of what it was told to note. */
export const authApp = (revoked: Revocation[], notes: object[] = []): App => ({
  name: 'auth',
  stores: [],
  workers: [],
  schemas: [
    partial(auth, {
      logout: () => Promise.resolve(null),
      listBlockChanges: () => Promise.resolve({ items: [], nowMs: Date.now(), nextCursor: null }),
      beginAdminWrite: (intent) => {
        notes.push(intent);
        return Promise.resolve({ seq: notes.length });
      },
      completeAdminWrite: (outcome) => {
        notes.push(outcome);
        return Promise.resolve(null);
      },
      listRevocations: ({ sinceMs }) =>
        Promise.resolve({
          items: revoked.filter(({ revokedAtMs }) => revokedAtMs >= sinceMs - 60_000),
          nowMs: Date.now(),
          nextCursor: null,
        }),
    }),
  ],
});

export const userApp = (): App => ({
  name: 'user',
  stores: [],
  workers: [],
  schemas: [
    partial(user, {
      getMe: () => Promise.resolve(profile),
      updateMe: () => Promise.resolve(profile),
      listMyAddresses: () => Promise.resolve({ items: [], nextCursor: null }),
      deleteMyAddress: () => Promise.resolve(null),
      freezeUser: () => Promise.resolve(null),
      unfreezeUser: () => Promise.resolve(null),
    }),
  ],
});

export const wechatApp = (): App => ({
  name: 'wechat-ccs',
  stores: [],
  workers: [],
  schemas: [
    partial(wechatCcs, {
      getAccessToken: () =>
        Promise.resolve({ accessToken: 't', version: 1, expiresAt: '2026-01-01T00:00:00.000Z' }),
    }),
  ],
});

export interface TestGateway {
  readonly host: Host;
  readonly base: string;
  readonly port: number;
  /** Log lines, parsed. */
  readonly lines: Record<string, unknown>[];
  /** `fetch` below the base address. */
  fetch(path: string, init?: RequestInit): Promise<Response>;
  /** The same, with the body parsed. */
  json(
    path: string,
    init?: RequestInit,
  ): Promise<{ status: number; headers: Headers; body: Envelope }>;
}

export interface Envelope {
  readonly code: number;
  readonly type?: string;
  readonly message: string;
  readonly data: unknown;
  readonly errors?: readonly {
    readonly field: string;
    readonly rule: string;
    readonly message: string;
  }[];
  readonly requestId: string;
}

/** Those that `startServices` plays: a gateway of these tests waits for no others. */
export const played = [auth.name, user.name, wechatCcs.name];

/** A gateway on the real NATS and Redis. */
export const startGateway = async (
  scope: TestScope,
  options: {
    readonly namespace?: string;
    readonly env?: Readonly<Record<string, string>>;
    readonly overrides?: GatewayOverrides;
  } = {},
): Promise<TestGateway> => {
  const port = await freePort();
  const namespace = options.namespace ?? testNamespace();
  const env = {
    ENV: 'dev',
    NATS_URL: testEnv().nats.url,
    NAMESPACE: namespace,
    REDIS_ADDR: testEnv().redis.addr,
    GATEWAY_PORT: String(port),
    JWT_SIGNING_KEY: keys.app,
    JWT_SIGNING_KEY_PREVIOUS: keys.appPrevious,
    ADMIN_JWT_SECRET: keys.admin,
    INTERNAL_API_KEY: keys.internal,
    STOP_TIMEOUT_MS: '5000',
    ...options.env,
  };
  const config = readConfig(configSpec, env, { service: 'gateway' });
  const lines: Record<string, unknown>[] = [];
  const logger = createLogger({
    level: 'debug',
    service: 'gateway',
    destination: { write: (line) => void lines.push(JSON.parse(line) as Record<string, unknown>) },
  });
  const host = await createTestHost({
    service: 'gateway',
    namespace,
    logger,
    scope,
    env: options.env ?? {},
  });
  host.add(createApp(host, config, { requiredServices: played, ...options.overrides }));
  await host.start();
  const base = `http://127.0.0.1:${port}`;
  return {
    host,
    base,
    port,
    lines,
    fetch: (path, init) => fetch(`${base}${path}`, init),
    json: async (path, init) => {
      const response = await fetch(`${base}${path}`, init);
      return {
        status: response.status,
        headers: response.headers,
        body: (await response.json()) as Envelope,
      };
    },
  };
};

export interface TestSuite {
  readonly gateway: TestGateway;
  readonly services: Host;
  readonly namespace: string;
  readonly revoked: Revocation[];
  /** The audit notes of the gateway, in their order. */
  readonly notes: readonly object[];
  readonly shop: ShopRecorder;
}

/** Starts the services of the suite as stubs, and `shop`, on one node of their own. */
export const startServices = async (
  scope: TestScope,
  namespace: string,
): Promise<Pick<TestSuite, 'services' | 'revoked' | 'notes' | 'shop'>> => {
  const revoked: Revocation[] = [];
  const notes: object[] = [];
  const { app, recorder } = shopApp();
  const services = await createTestHost({ service: 'stubs', namespace, scope });
  for (const each of [authApp(revoked, notes), userApp(), wechatApp(), app]) services.add(each);
  await services.start();
  return { services, revoked, notes, shop: recorder };
};

/** A gateway and its services, ready. */
export const startSuite = async (
  scope: TestScope,
  options: {
    readonly env?: Readonly<Record<string, string>>;
    readonly overrides?: GatewayOverrides;
  } = {},
): Promise<TestSuite> => {
  const namespace = testNamespace();
  const rest = await startServices(scope, namespace);
  const gateway = await startGateway(scope, { namespace, ...options });
  await eventually(async () => (await gateway.fetch('/system/ready')).status === 200);
  await eventually(async () => (await gateway.fetch('/api/v1/shop/search')).status === 200);
  return { gateway, namespace, ...rest };
};
