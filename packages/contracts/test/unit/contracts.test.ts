import t from 'tap';
import { errorKinds } from '@app/kernel';
import {
  catalogue,
  services,
  systemErrors,
  type AnyAction,
  type ServiceContract,
} from '../../src/index.ts';

const contracts = Object.entries(services) as readonly [string, ServiceContract][];
const actions = contracts.flatMap(([, contract]) => Object.values(contract.actions) as AnyAction[]);
const routed = actions.flatMap((action) =>
  action.route === undefined ? [] : [{ action, route: action.route }],
);
const inBraces = (path: string): string[] =>
  [...path.matchAll(/\{([^}]*)\}/g)].map(([, name]) => name ?? '');

t.test('a service is listed under its own name, in kebab-case', async (t) => {
  for (const [key, contract] of contracts) {
    t.equal(contract.name, key);
    t.match(contract.name, /^[a-z]+(-[a-z]+)*$/);
    t.ok(contract.summary.length > 0);
  }
});

t.test('every code an action can fail with is in the catalogue', async (t) => {
  for (const { name, errors } of actions) {
    for (const code of errors) t.ok(catalogue.has(code), `${name}: ${code}`);
    t.equal(new Set(errors).size, errors.length, `${name} names no code twice`);
  }
});

t.test('every code of a service can come out of some action', async (t) => {
  const named = new Set(actions.flatMap(({ errors }) => errors));

  for (const [, contract] of contracts) {
    for (const code of Object.keys(contract.errors))
      t.ok(named.has(code), `${contract.name}: ${code}`);
  }
});

t.test('every code has a kind, texts in both languages, a cause and a remedy', async (t) => {
  for (const [code, entry] of catalogue) {
    t.match(code, /^[A-Z][A-Z0-9]*(_[A-Z0-9]+)+$|^INTERNAL$/, code);
    t.ok(entry.kind in errorKinds, code);
    t.match(entry.zh, /\p{Script=Han}/u, `${code} in Chinese`);
    t.notMatch(entry.en, /\p{Script=Han}/u, `${code} in English`);
    t.notMatch(entry.zh + entry.en, /[.。]$/, `${code}: a message is no sentence of a paragraph`);
    for (const part of ['en', 'cause', 'remedy'] as const)
      t.ok(entry[part].length > 3, `${code} ${part}`);
    t.match(entry.cause, /\.$/, `${code}: the cause is a sentence`);
    t.match(entry.remedy, /\.$/, `${code}: the remedy is a sentence`);
  }
});

t.test('the codes of upstream failures say so', async (t) => {
  for (const [code, { kind }] of catalogue) {
    if (kind === 'upstream') t.match(code, /^UPSTREAM_/);
    if (code.startsWith('UPSTREAM_')) t.match(kind, /^upstream(_timeout)?$/, code);
  }
});

t.test('what every route implies is in the system catalogue', async (t) => {
  for (const code of [
    'VALIDATION_FAILED',
    'INTERNAL',
    'SERVICE_UNAVAILABLE',
    'DEADLINE_EXCEEDED',
    'CALLER_FORBIDDEN',
    'ACTION_FORBIDDEN',
  ]) {
    t.ok(code in systemErrors, code);
  }
});

t.test(
  'names are what travels: versioned actions, facts in the past, queues without colons',
  async (t) => {
    for (const [, contract] of contracts) {
      for (const [key, { name }] of Object.entries(contract.actions as Record<string, AnyAction>)) {
        t.equal(name, `v1.${contract.name}.${key}`);
        t.match(key, /^[a-z]+([A-Z][a-z]*)*$/, `${name} is in camelCase`);
      }
      const named = (specs: object) => Object.values(specs) as { name: string; summary: string }[];
      for (const { name } of named(contract.facts)) {
        t.match(
          name,
          new RegExp(`^${contract.name}\\.[a-zA-Z]+(ed|un|en|wn|nt|id|und|ade|old)$`),
          `${name} is in the past`,
        );
      }
      for (const { name } of named(contract.hints))
        t.match(name, new RegExp(`^${contract.name}\\.hint\\.`));
      for (const { name } of named(contract.queues)) t.match(name, /^[a-z][a-z-]*$/);
      for (const { name, summary } of [
        contract.actions,
        contract.facts,
        contract.hints,
        contract.queues,
      ].flatMap(named)) {
        t.ok(summary.length > 0 && !summary.endsWith('.'), `${name} has one line of summary`);
      }
    }
  },
);

t.test('no two actions share a method and a path, whatever they call its params', async (t) => {
  const seen = new Map<string, string>();
  for (const { action, route } of routed) {
    const key = `${route.method} ${route.path.replace(/\{[^}]*\}/g, '{}')}`;
    t.equal(seen.get(key), undefined, `${action.name}: ${key}`);
    seen.set(key, action.name);
  }
});

t.test('the prefix of a path tells its audience', async (t) => {
  const prefixes = {
    app: /^\/api\/v1\//,
    // An admin who signs in has no token yet.
    public: /^\/(api|admin)\/v1\//,
    admin: /^\/admin\/v1\//,
    internal: /^\/internal\/v1\//,
    callback: /^\/callbacks\//,
  };
  for (const { action, route } of routed)
    t.match(route.path, prefixes[route.audience], action.name);
});

t.test('an admin route names the mark it needs, and no other route names one', async (t) => {
  for (const { action, route } of routed) {
    if (route.audience === 'admin') t.match(route.mark, /^[a-z-]+:[a-z-]+$/, action.name);
    else t.equal(route.mark, undefined, action.name);
    if (route.identity !== undefined) t.equal(route.audience, 'public', action.name);
  }
});

t.test('every param in a path is a required text of the params', async (t) => {
  for (const { action, route } of routed) {
    const names = inBraces(route.path);
    t.equal(new Set(names).size, names.length, action.name);
    for (const name of names) {
      t.equal(
        (action.params.properties[name] as { type?: string } | undefined)?.type,
        'string',
        `${action.name}: ${name}`,
      );
      t.ok(action.params.required?.includes(name), `${action.name}: ${name}`);
    }
  }
});

t.test('paths are nouns in kebab-case without a slash at the end', async (t) => {
  // What is not about one thing that exists is named by its deed: signing in, freezing, cancelling.
  const verbFirst = /^(get|list|create|update|delete|set|add|remove|find|fetch|do)(-|$)/;
  for (const { action, route } of routed) {
    t.match(route.path, /^(\/([a-z0-9]+(-[a-z0-9]+)*|\{[a-z][A-Za-z]*\}))+$/, action.name);
    for (const segment of route.path.split('/'))
      t.notMatch(segment, verbFirst, `${action.name}: ${segment}`);
  }
});

t.test('unknown params are refused, answers may grow', async (t) => {
  for (const { name, params, result } of actions) {
    t.equal(params.additionalProperties, false, name);
    t.not((result as { additionalProperties?: boolean }).additionalProperties, false, name);
  }
});

interface Bounds {
  readonly const?: unknown;
  readonly type?: string;
  readonly maxLength?: number;
  readonly pattern?: string;
  readonly format?: string;
  readonly maxItems?: number;
  readonly items?: Bounds;
  readonly properties?: Readonly<Record<string, Bounds>>;
  readonly anyOf?: readonly Bounds[];
}

const unbounded = (schema: Bounds, path: string): string[] => [
  ...(schema.type === 'string' &&
  schema.const === undefined &&
  schema.maxLength === undefined &&
  schema.format === undefined &&
  (schema.pattern === undefined || /[*+]\)?\$?$/.test(schema.pattern))
    ? [path]
    : []),
  ...(schema.type === 'array' && schema.maxItems === undefined ? [path] : []),
  ...(schema.items === undefined ? [] : unbounded(schema.items, `${path}[]`)),
  ...(schema.anyOf ?? []).flatMap((branch) => unbounded(branch, path)),
  ...Object.entries(schema.properties ?? {}).flatMap(([name, child]) =>
    unbounded(child, `${path}.${name}`),
  ),
];

t.test('every text and list that comes in over HTTP has a bound', async (t) => {
  for (const { action } of routed) t.same(unbounded(action.params as Bounds, action.name), []);
});

t.test('reading is idempotent, and an idempotency key is for what is not', async (t) => {
  for (const { action, route } of routed) {
    if (route.method === 'GET') t.equal(action.idempotent, true, action.name);
    if (route.idempotency !== 'none') {
      t.equal(route.method, 'POST', action.name);
      t.equal(action.idempotent, false, action.name);
    }
  }
});

t.test('no call may take longer than a gateway waits', async (t) => {
  for (const { name, timeoutMs = 5_000 } of actions)
    t.ok(timeoutMs > 0 && timeoutMs <= 15_000, name);
});

t.test('queues are bounded', async (t) => {
  for (const [, contract] of contracts) {
    for (const queue of Object.values(contract.queues) as {
      name: string;
      attemptsMax: number;
      backoffMs: number;
      concurrency: number;
    }[]) {
      t.ok(queue.attemptsMax >= 1 && queue.attemptsMax <= 50, queue.name);
      t.ok(queue.backoffMs >= 100, queue.name);
      t.ok(queue.concurrency >= 1 && queue.concurrency <= 100, queue.name);
    }
  }
});
