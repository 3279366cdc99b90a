import type { ActionSpec, Named, ServiceContract } from '@app/contracts';

type Schema = Readonly<Record<string, unknown>>;

/** What callers and consumers may rely on, as plain JSON that can be compared between releases. */
export interface ContractSnapshot {
  readonly services: Readonly<
    Record<
      string,
      {
        readonly actions: Readonly<Record<string, ActionSnapshot>>;
        readonly facts: Readonly<Record<string, Schema>>;
        readonly queues: Readonly<Record<string, Schema>>;
        readonly errors: Readonly<Record<string, string>>;
      }
    >
  >;
}

interface ActionSnapshot {
  readonly params: Schema;
  readonly result: Schema;
  readonly route: Schema | null;
  readonly idempotent: boolean;
}

const plain = (value: unknown): Schema => JSON.parse(JSON.stringify(value)) as Schema;

const actionSnapshot = (action: Named<ActionSpec>): ActionSnapshot => ({
  params: plain(action.params),
  result: plain(action.result),
  route: action.route === undefined ? null : plain(action.route),
  idempotent: action.idempotent,
});

const mapValues = <In, Out>(
  record: Readonly<Record<string, In>>,
  map: (value: In) => Out,
): Record<string, Out> =>
  Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value)]));

export const snapshotContracts = (
  services: Readonly<Record<string, ServiceContract>>,
): ContractSnapshot => ({
  services: mapValues(services, (service) => ({
    actions: mapValues(service.actions, actionSnapshot),
    facts: mapValues(service.facts, (fact) => plain(fact.payload)),
    queues: mapValues(service.queues, (queue) => plain(queue.payload)),
    errors: mapValues(service.errors, (entry) => entry.kind),
  })),
});

/** Which way data flows decides what breaks: senders meet `in`, readers meet `out`. */
type Direction = 'in' | 'out';

const asSchema = (value: unknown): Schema =>
  typeof value === 'object' && value !== null ? (value as Schema) : {};
const asList = (value: unknown): readonly string[] =>
  Array.isArray(value) ? value.map((item) => JSON.stringify(item)) : [];

const bounds = [
  { key: 'minimum', tighter: (was: number, is: number) => is > was },
  { key: 'minLength', tighter: (was: number, is: number) => is > was },
  { key: 'minItems', tighter: (was: number, is: number) => is > was },
  { key: 'maximum', tighter: (was: number, is: number) => is < was },
  { key: 'maxLength', tighter: (was: number, is: number) => is < was },
  { key: 'maxItems', tighter: (was: number, is: number) => is < was },
] as const;

const compareBounds = (was: Schema, is: Schema, where: string): string[] =>
  bounds.flatMap(({ key, tighter }) => {
    const before = was[key];
    const after = is[key];
    if (typeof after !== 'number') return [];
    if (typeof before !== 'number') return [`${where}: ${key} ${after} is new`];
    return tighter(before, after) ? [`${where}: ${key} went from ${before} to ${after}`] : [];
  });

/** Every way in which `is` refuses or withholds what `was` allowed or promised. */
const compareSchemas = (was: Schema, is: Schema, direction: Direction, where: string): string[] => {
  const problems: string[] = [];
  if (was['type'] !== is['type']) {
    problems.push(`${where}: type went from ${String(was['type'])} to ${String(is['type'])}`);
  }
  if (JSON.stringify(was['const']) !== JSON.stringify(is['const'])) {
    problems.push(`${where}: the constant changed`);
  }
  if (direction === 'in') {
    problems.push(...compareBounds(was, is, where));
    for (const key of ['pattern', 'format']) {
      if (is[key] !== undefined && is[key] !== was[key]) problems.push(`${where}: ${key} changed`);
    }
  }
  problems.push(...compareProperties(was, is, direction, where));
  if (was['items'] !== undefined) {
    problems.push(
      ...compareSchemas(asSchema(was['items']), asSchema(is['items']), direction, `${where}[]`),
    );
  }
  if (Array.isArray(was['anyOf'])) {
    const before = asList(was['anyOf']);
    const after = asList(is['anyOf']);
    const lost = direction === 'in' ? before.filter((one) => !after.includes(one)) : [];
    const unexpected = direction === 'out' ? after.filter((one) => !before.includes(one)) : [];
    if (lost.length > 0) problems.push(`${where}: no longer accepts ${lost.join(', ')}`);
    if (unexpected.length > 0) problems.push(`${where}: may now be ${unexpected.join(', ')}`);
  }
  return problems;
};

const compareProperties = (
  was: Schema,
  is: Schema,
  direction: Direction,
  where: string,
): string[] => {
  const problems: string[] = [];
  const before = asSchema(was['properties']);
  const after = asSchema(is['properties']);
  const requiredBefore = asList(was['required']);
  const requiredAfter = asList(is['required']);
  for (const [name, schema] of Object.entries(before)) {
    const next = after[name];
    if (next === undefined) problems.push(`${where}.${name} was removed`);
    else {
      problems.push(
        ...compareSchemas(asSchema(schema), asSchema(next), direction, `${where}.${name}`),
      );
    }
  }
  if (direction === 'in') {
    for (const name of requiredAfter) {
      if (!requiredBefore.includes(name)) problems.push(`${where}.${name} became required`);
    }
  } else {
    for (const name of requiredBefore) {
      if (!requiredAfter.includes(name)) problems.push(`${where}.${name} is no longer promised`);
    }
  }
  return problems;
};

const compareActions = (was: ActionSnapshot, is: ActionSnapshot, where: string): string[] => {
  const problems = [
    ...compareSchemas(was.params, is.params, 'in', `${where} params`),
    ...compareSchemas(was.result, is.result, 'out', `${where} result`),
  ];
  if (was.route !== null) {
    for (const key of ['method', 'path', 'audience', 'status']) {
      if (was.route[key] !== is.route?.[key]) problems.push(`${where}: route ${key} changed`);
    }
    if (was.route['idempotency'] !== 'required' && is.route?.['idempotency'] === 'required') {
      problems.push(`${where}: Idempotency-Key became required`);
    }
  }
  if (was.idempotent && !is.idempotent) problems.push(`${where}: is no longer idempotent`);
  return problems;
};

/** Changes that would break a caller or consumer built against `released`; empty when there is none. */
export const findBreakingChanges = (
  released: ContractSnapshot,
  current: ContractSnapshot,
): readonly string[] => {
  const problems: string[] = [];
  for (const [name, was] of Object.entries(released.services)) {
    const is = current.services[name];
    if (is === undefined) {
      problems.push(`service ${name} was removed`);
      continue;
    }
    for (const [key, action] of Object.entries(was.actions)) {
      const next = is.actions[key];
      if (next === undefined) problems.push(`${name}.${key} was removed`);
      else problems.push(...compareActions(action, next, `${name}.${key}`));
    }
    for (const kind of ['facts', 'queues'] as const) {
      for (const [key, payload] of Object.entries(was[kind])) {
        const next = is[kind][key];
        if (next === undefined) problems.push(`${kind} ${name}.${key} was removed`);
        else problems.push(...compareSchemas(payload, next, 'out', `${name}.${key} payload`));
      }
    }
    for (const [code, kind] of Object.entries(was.errors)) {
      const next = is.errors[code];
      if (next === undefined) problems.push(`error ${code} was removed`);
      else if (next !== kind) problems.push(`error ${code} went from ${kind} to ${next}`);
    }
  }
  return problems;
};
