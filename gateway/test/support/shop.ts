import { closed, defineService, Empty, view } from '@app/contracts';
import { DomainError } from '@app/kernel';
import { actionHandlers, type App, type CallContext } from '@app/runtime';
import { Type } from '@sinclair/typebox';

/**
 * A service that no contract package knows: the gateway learns it from the registry. Its routes
 * cover each audience, rate class and kind of params.
 */
export const shop = defineService({
  name: 'shop',
  summary: 'A service of the tests',
  errors: {},
  actions: {
    echo: {
      summary: 'What arrived',
      params: closed({
        id: Type.String(),
        text: Type.Optional(Type.String({ maxLength: 2_000_000 })),
      }),
      result: Type.Any(),
      errors: [],
      idempotent: true,
      route: {
        method: 'POST',
        path: '/api/v1/shop/{id}/echo',
        audience: 'public',
        rateClass: 'none',
        idempotency: 'optional',
      },
    },
    search: {
      summary: 'Query parameters',
      params: closed({
        limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 100, default: 20 })),
        keyword: Type.Optional(Type.String()),
        isOpen: Type.Optional(Type.Boolean()),
        tags: Type.Optional(Type.Array(Type.String())),
      }),
      result: Type.Any(),
      errors: [],
      idempotent: true,
      route: {
        method: 'GET',
        path: '/api/v1/shop/search',
        audience: 'public',
        rateClass: 'none',
        idempotency: 'none',
      },
    },
    large: {
      summary: 'A body worth compressing',
      params: Empty,
      result: view({ text: Type.String() }),
      errors: [],
      idempotent: true,
      route: {
        method: 'GET',
        path: '/api/v1/shop/large',
        audience: 'public',
        rateClass: 'none',
        idempotency: 'none',
      },
    },
    greet: {
      summary: 'More for those who are signed in',
      params: Empty,
      result: Type.Any(),
      errors: [],
      idempotent: true,
      route: {
        method: 'GET',
        path: '/api/v1/shop/greeting',
        audience: 'public',
        rateClass: 'none',
        idempotency: 'none',
        identity: 'optional',
      },
    },
    create: {
      summary: 'Needs an idempotency key',
      params: closed({ name: Type.String() }),
      result: Type.Any(),
      errors: [],
      idempotent: false,
      route: {
        method: 'POST',
        path: '/api/v1/shop/things',
        audience: 'app',
        rateClass: 'write',
        idempotency: 'required',
        status: 201,
      },
    },
    listThings: {
      summary: 'Counts against the user',
      params: Empty,
      result: Type.Any(),
      errors: [],
      idempotent: true,
      route: {
        method: 'GET',
        path: '/api/v1/shop/things',
        audience: 'app',
        rateClass: 'read',
        idempotency: 'none',
      },
    },
    signIn: {
      summary: 'Counts against the address',
      params: Empty,
      result: Type.Any(),
      errors: [],
      idempotent: true,
      route: {
        method: 'POST',
        path: '/api/v1/shop/sign-in',
        audience: 'public',
        rateClass: 'auth',
        idempotency: 'none',
      },
    },
    ship: {
      summary: 'For admins with the mark',
      params: Empty,
      result: Type.Any(),
      errors: [],
      idempotent: true,
      route: {
        method: 'POST',
        path: '/admin/v1/shop/shipments',
        audience: 'admin',
        rateClass: 'write',
        idempotency: 'none',
        mark: 'shop:ship',
      },
    },
    listShipments: {
      summary: 'For admins with the mark, to read',
      params: Empty,
      result: Type.Any(),
      errors: [],
      idempotent: true,
      route: {
        method: 'GET',
        path: '/admin/v1/shop/shipments',
        audience: 'admin',
        rateClass: 'read',
        idempotency: 'none',
        mark: 'shop:ship',
      },
    },
    inspect: {
      summary: 'For other systems of the company',
      params: Empty,
      result: Type.Any(),
      errors: [],
      idempotent: true,
      route: {
        method: 'GET',
        path: '/internal/v1/shop/state',
        audience: 'internal',
        rateClass: 'none',
        idempotency: 'none',
      },
    },
    notify: {
      summary: 'A provider calls back',
      params: closed({ appId: Type.String() }),
      result: Type.Any(),
      errors: [],
      idempotent: true,
      route: {
        method: 'POST',
        path: '/callbacks/shop/{appId}',
        audience: 'callback',
        rateClass: 'none',
        idempotency: 'none',
      },
    },
    confirmUrl: {
      summary: 'A provider checks the address',
      params: closed({ appId: Type.String() }),
      result: Type.Any(),
      errors: [],
      idempotent: true,
      route: {
        method: 'GET',
        path: '/callbacks/shop/{appId}',
        audience: 'callback',
        rateClass: 'none',
        idempotency: 'none',
      },
    },
    fail: {
      summary: 'Fails as it is told',
      params: closed({ how: Type.String() }),
      result: Type.Null(),
      errors: [],
      idempotent: false,
      timeoutMs: 300,
      route: {
        method: 'POST',
        path: '/api/v1/shop/failures',
        audience: 'public',
        rateClass: 'none',
        idempotency: 'none',
      },
    },
    wait: {
      summary: 'Answers when the test says so',
      params: Empty,
      result: Type.Any(),
      errors: [],
      idempotent: false,
      timeoutMs: 8000,
      route: {
        method: 'POST',
        path: '/api/v1/shop/waits',
        audience: 'public',
        rateClass: 'none',
        idempotency: 'none',
      },
    },
  },
});

export interface ShopRecorder {
  /** Every call that reached the service. */
  readonly calls: {
    readonly action: string;
    readonly params: unknown;
    readonly call: CallContext;
  }[];
  /** What `wait` waits for. */
  release: () => void;
  /** How many calls of `wait` wait now. */
  readonly waiting: number;
}

const failures: Readonly<Record<string, () => Promise<null>>> = {
  known: () =>
    Promise.reject(new DomainError('USER_NOT_FOUND', 'not_found', { data: { secret: 'x' } })),
  unknown: () =>
    Promise.reject(new DomainError('SHOP_UNHEARD_OF', 'conflict', { message: 'select 1' })),
  bug: () => Promise.reject(new TypeError('select * from secret_table')),
  late: () => new Promise(() => undefined),
};

export const shopApp = (): { readonly app: App; readonly recorder: ShopRecorder } => {
  const waiting: (() => void)[] = [];
  const calls: ShopRecorder['calls'] = [];
  const recorder: ShopRecorder = {
    calls,
    get waiting() {
      return waiting.length;
    },
    release: () => {
      for (const resolve of waiting.splice(0)) resolve();
    },
  };
  const record = (action: string) => (params: unknown, call: CallContext) => {
    calls.push({ action, params, call });
    return Promise.resolve({
      params,
      caller: call.caller,
      key: call.idempotencyKey ?? null,
      ip: call.clientIp,
    });
  };
  const schema = actionHandlers(shop, {
    echo: record('echo'),
    search: record('search'),
    large: () => Promise.resolve({ text: '商品'.repeat(2000) }),
    greet: record('greet'),
    create: record('create'),
    listThings: record('listThings'),
    signIn: record('signIn'),
    ship: record('ship'),
    listShipments: record('listShipments'),
    inspect: record('inspect'),
    notify: (params, call) => {
      calls.push({ action: 'notify', params, call });
      const body = `<ok>${call.raw?.body.toString('hex') ?? ''}</ok>`;
      return Promise.resolve({
        status: 202,
        headers: { 'Content-Type': 'text/xml', 'Set-Cookie': 'a=b' },
        body,
      });
    },
    confirmUrl: (_params, call) =>
      Promise.resolve({ status: 200, headers: {}, body: call.raw?.query['echostr'] ?? '' }),
    fail: ({ how }) => failures[how]?.() ?? Promise.resolve(null),
    wait: () => new Promise((resolve) => waiting.push(() => resolve('done'))),
  });
  return { app: { name: 'shop', schemas: [schema], stores: [], workers: [] }, recorder };
};
