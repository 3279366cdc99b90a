import { Type } from '@sinclair/typebox';
import { closed, defineService, nullable, view } from '@app/contracts';

/** A small service whose actions cover every rule of the runtime. */
export const probe = defineService({
  name: 'probe',
  summary: 'For tests',
  errors: {
    PROBE_TAKEN: {
      kind: 'conflict',
      zh: '已被占用',
      en: 'Taken',
      cause: 'Somebody was faster.',
      remedy: 'Choose another.',
    },
  },
  actions: {
    echo: {
      summary: 'Say it again',
      params: closed({
        text: Type.String({ minLength: 1, maxLength: 20 }),
        times: Type.Optional(Type.Integer({ minimum: 1, maximum: 9, default: 1 })),
        colour: Type.Optional(Type.Union([Type.Literal('red'), Type.Literal('green')])),
        note: Type.Optional(nullable(Type.String({ maxLength: 5 }))),
      }),
      result: view({ text: Type.String(), times: Type.Integer(), pid: Type.Integer() }),
      errors: ['PROBE_TAKEN'],
      idempotent: true,
    },
    once: {
      summary: 'Not idempotent',
      params: closed({ text: Type.String() }),
      result: view({ text: Type.String() }),
      errors: [],
      idempotent: false,
    },
    slow: {
      summary: 'Takes its time',
      params: closed({ ms: Type.Integer({ minimum: 0 }) }),
      result: view({ ms: Type.Integer(), node: Type.String() }),
      errors: [],
      idempotent: true,
    },
    mine: {
      summary: 'For users',
      params: closed({ id: Type.String() }),
      result: view({ userId: Type.String() }),
      errors: [],
      idempotent: true,
      route: {
        method: 'GET',
        path: '/api/v1/probes/{id}',
        audience: 'app',
        rateClass: 'read',
        idempotency: 'none',
      },
    },
    ship: {
      summary: 'For admins',
      params: closed({}),
      result: Type.Null(),
      errors: [],
      idempotent: true,
      route: {
        method: 'POST',
        path: '/admin/v1/probes/ship',
        audience: 'admin',
        mark: 'probe:ship',
        rateClass: 'write',
        idempotency: 'none',
      },
    },
    notify: {
      summary: 'For a provider',
      params: closed({}),
      result: view({ bytes: Type.Integer(), text: Type.String() }),
      errors: [],
      idempotent: true,
      route: {
        method: 'POST',
        path: '/callbacks/probe',
        audience: 'callback',
        rateClass: 'none',
        idempotency: 'none',
      },
    },
    operate: {
      summary: 'For operators',
      params: closed({}),
      result: Type.Null(),
      errors: [],
      idempotent: true,
      route: {
        method: 'POST',
        path: '/internal/v1/probes/operate',
        audience: 'internal',
        rateClass: 'none',
        idempotency: 'none',
      },
    },
    open: {
      summary: 'For everybody',
      params: closed({}),
      result: view({ kind: Type.String() }),
      errors: [],
      idempotent: true,
      route: {
        method: 'GET',
        path: '/api/v1/probes',
        audience: 'public',
        rateClass: 'read',
        idempotency: 'none',
      },
    },
    fail: {
      summary: 'Fails as told',
      params: closed({ how: Type.String() }),
      result: Type.Null(),
      errors: ['PROBE_TAKEN'],
      idempotent: true,
    },
  },
  hints: {
    changed: { summary: 'Forget it', payload: view({ key: Type.String() }) },
  },
});

export type Probe = typeof probe;
