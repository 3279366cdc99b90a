import { gatewayError } from '../errors.ts';

/** How the text of a query value becomes a value of the schema's type. */
export type Coercion = 'text' | 'number' | 'boolean' | 'texts' | 'numbers';

export type Coercions = ReadonlyMap<string, Coercion>;

interface LooseSchema {
  readonly type?: unknown;
  readonly anyOf?: readonly LooseSchema[];
  readonly items?: LooseSchema;
  readonly properties?: Readonly<Record<string, LooseSchema>>;
}

/** What each declared query parameter has to become; computed once per route. */
export const coercionsOf = (params: object): Coercions =>
  new Map(
    Object.entries((params as LooseSchema).properties ?? {}).map(([name, schema]) => [
      name,
      coercionOf(schema),
    ]),
  );

const coercionOf = (schema: LooseSchema): Coercion => {
  const types = [schema.type, ...(schema.anyOf ?? []).map((option) => option.type)];
  if (types.includes('array'))
    return coercionOf(schema.items ?? {}) === 'number' ? 'numbers' : 'texts';
  // A union that also allows text takes the text as it is: coercing would change its meaning.
  if (types.includes('string')) return 'text';
  if (types.includes('integer') || types.includes('number')) return 'number';
  return types.includes('boolean') ? 'boolean' : 'text';
};

const decimal = /^-?(?:0|[1-9][0-9]{0,15})(?:\.[0-9]{1,15})?$/;

const toNumber = (text: string): number | string => (decimal.test(text) ? Number(text) : text);

/** What cannot be coerced stays text, so that the service names the field and the rule it broke. */
const coerce = (value: string, coercion: Coercion | undefined): unknown => {
  switch (coercion) {
    case 'number':
      return toNumber(value);
    case 'numbers':
      return [toNumber(value)];
    case 'texts':
      return [value];
    case 'boolean':
      return value === 'true' ? true : value === 'false' ? false : value;
    case 'text':
    case undefined:
      return value;
  }
};

const coerceAll = (values: readonly string[], coercion: Coercion | undefined): unknown[] =>
  coercion === 'numbers' ? values.map(toNumber) : [...values];

const decode = (text: string): string => {
  if (!text.includes('%') && !text.includes('+')) return text;
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch (cause) {
    throw gatewayError('MALFORMED_URL', { cause });
  }
};

/**
 * Name → value, or values when a name is repeated. Without a prototype, so that no name has a
 * meaning of its own.
 * @throws DomainError `MALFORMED_URL` for an escape that is not UTF-8.
 */
export const parseQuery = (search: string): Record<string, string | string[]> => {
  const query = Object.create(null) as Record<string, string | string[]>;
  if (search === '') return query;
  for (const pair of search.split('&')) {
    if (pair === '') continue;
    const equals = pair.indexOf('=');
    const name = decode(equals === -1 ? pair : pair.slice(0, equals));
    const value = equals === -1 ? '' : decode(pair.slice(equals + 1));
    const present = query[name];
    if (present === undefined) query[name] = value;
    else if (Array.isArray(present)) present.push(value);
    else query[name] = [present, value];
  }
  return query;
};

/** The query as the action's params: text becomes numbers and booleans where the schema has them. */
export const coerceQuery = (
  query: Readonly<Record<string, string | string[]>>,
  coercions: Coercions,
): Record<string, unknown> => {
  const params = Object.create(null) as Record<string, unknown>;
  for (const [name, value] of Object.entries(query)) {
    const coercion = coercions.get(name);
    params[name] = typeof value === 'string' ? coerce(value, coercion) : coerceAll(value, coercion);
  }
  return params;
};
