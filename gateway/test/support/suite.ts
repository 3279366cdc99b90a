import { auth, user, wechatCcs, type Revocation } from '@app/contracts';
import { DomainError } from '@app/kernel';
import { actionHandlers, createLogger, readConfig, type App, type Host } from '@app/runtime';
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

/** For a service of which the gateway needs one action: the rest may grow. */
const allUnused = <Names extends string>({
  actions,
}: {
  readonly actions: Readonly<Record<Names, unknown>>;
}): Record<Names, typeof unused> =>
  Object.fromEntries(Object.keys(actions).map((name) => [name, unused])) as Record<
    Names,
    typeof unused
  >;

/** auth with nothing but a list of revocations, which the test fills. */
export const authApp = (revoked: Revocation[]): App => ({
  name: 'auth',
  stores: [],
  workers: [],
  schemas: [
    actionHandlers(auth, {
      loginWithWechat: unused,
      refreshTokens: unused,
      logout: () => Promise.resolve(null),
      listMySessions: unused,
      endMySession: unused,
      endAllMySessions: unused,
      bindWechatPhone: unused,
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
    actionHandlers(user, {
      getMe: () => Promise.resolve(profile),
      updateMe: () => Promise.resolve(profile),
      listMyAddresses: () => Promise.resolve({ items: [], nextCursor: null }),
      createMyAddress: unused,
      updateMyAddress: unused,
      deleteMyAddress: () => Promise.resolve(null),
      findOrCreateByIdentity: unused,
      getAddress: unused,
      findWechatOpenid: unused,
      getProfile: unused,
      bindPhone: unused,
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
    actionHandlers(wechatCcs, {
      ...allUnused(wechatCcs),
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
  host.add(createApp(host, config, options.overrides));
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
  readonly shop: ShopRecorder;
}

/** Starts the services of the suite as stubs, and `shop`, on one node of their own. */
export const startServices = async (
  scope: TestScope,
  namespace: string,
): Promise<Pick<TestSuite, 'services' | 'revoked' | 'shop'>> => {
  const revoked: Revocation[] = [];
  const { app, recorder } = shopApp();
  const services = await createTestHost({ service: 'stubs', namespace, scope });
  for (const each of [authApp(revoked), userApp(), wechatApp(), app]) services.add(each);
  await services.start();
  return { services, revoked, shop: recorder };
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
