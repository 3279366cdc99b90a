import type { RouteDefinition } from '@app/contracts';
import type { ActionMetadata } from '../actions/types.ts';
import { routeErrors, type RouteError } from './route-errors.ts';
import { exampleOf, pick, plain, type JsonSchema } from './schema.ts';

export type Json = Readonly<Record<string, unknown>>;

const ref = (kind: string, name: string): Json => ({ $ref: `#/components/${kind}/${name}` });

const security: Readonly<Record<RouteDefinition['audience'], readonly Json[]>> = {
  public: [],
  callback: [],
  app: [{ appToken: [] }],
  admin: [{ adminToken: [] }],
  internal: [{ internalKey: [] }],
};

const securityOf = (route: RouteDefinition): readonly Json[] =>
  route.identity === 'optional' ? [{}, { appToken: [] }] : security[route.audience];

/** The names in braces, in their order. */
export const pathParams = (path: string): readonly string[] =>
  [...path.matchAll(/\{([^}]+)\}/g)].map(([, name]) => name ?? '');

/** One route as an OpenAPI operation. */
export const operationOf = (action: ActionMetadata, route: RouteDefinition): Json => {
  const params = plain(action.params ?? {});
  const inPath = pathParams(route.path);
  const rest = Object.keys(params.properties ?? {}).filter((name) => !inPath.includes(name));
  const isQuery = route.method === 'GET';
  const isCallback = route.audience === 'callback';
  const hasBody = !isQuery && !isCallback && rest.length > 0;
  const errors = routeErrors(action, route, hasBody);
  return {
    operationId: `${action.service}_${action.action}`,
    tags: [action.service],
    summary: action.summary,
    ...(action.description === undefined ? {} : { description: action.description }),
    parameters: [
      ...inPath.map((name) => parameter(params, name, 'path')),
      ...(isQuery ? rest.map((name) => parameter(params, name, 'query')) : []),
      ...idempotencyKey(route),
      ref('parameters', 'RequestId'),
      ref('parameters', 'AcceptLanguage'),
    ],
    ...(hasBody ? { requestBody: requestBody(pick(params, rest)) } : {}),
    ...(isCallback && !isQuery ? { requestBody: rawBody } : {}),
    responses: {
      [String(route.status ?? 200)]: isCallback ? ownForm : success(action, route),
      ...failures(errors),
    },
    security: securityOf(route),
    'x-audience': route.audience,
    'x-rate-class': route.rateClass,
    'x-idempotency': route.idempotency,
    ...(route.mark === undefined ? {} : { 'x-action-mark': route.mark }),
    'x-errors': errors.map(({ type, status, cause, remedy }) => ({ type, status, cause, remedy })),
  };
};

const parameter = (params: JsonSchema, name: string, place: 'path' | 'query'): Json => {
  const { description, ...schema } = params.properties?.[name] ?? { type: 'string' };
  return {
    name,
    in: place,
    required: place === 'path' || (params.required?.includes(name) ?? false),
    ...(description === undefined ? {} : { description }),
    schema,
  };
};

const idempotencyKey = (route: RouteDefinition): readonly Json[] => {
  if (route.idempotency === 'none') return [];
  const name = route.idempotency === 'required' ? 'IdempotencyKeyRequired' : 'IdempotencyKey';
  return [ref('parameters', name)];
};

const withExample = (schema: Json, example: unknown): Json => ({
  'application/json': example === undefined ? { schema } : { schema, example },
});

const requestBody = (schema: JsonSchema): Json => ({
  // A body of which every field may be missing may be missing itself.
  required: (schema.required?.length ?? 0) > 0,
  content: withExample(schema as Json, exampleOf(schema)),
});

const rawBody: Json = {
  required: true,
  description: "In the provider's own form, signed by it",
  content: { '*/*': {} },
};

const ownForm: Json = {
  description: 'Answered in the form the provider expects',
  content: { '*/*': {} },
};

const headers: Json = {
  'X-Request-Id': ref('headers', 'RequestId'),
  traceparent: ref('headers', 'Traceparent'),
};

const exampleRequestId = '01K9ZQ4T6V8N2M3P5R7S9W1X0Y';

const success = (action: ActionMetadata, route: RouteDefinition): Json => {
  const status = route.status ?? 200;
  const data = plain(action.result ?? {});
  const example = exampleOf(data);
  const schema = {
    type: 'object',
    required: ['code', 'message', 'data', 'requestId'],
    properties: {
      code: { const: status },
      message: { const: 'Success' },
      data,
      requestId: { type: 'string' },
    },
  };
  const envelope = { code: status, message: 'Success', data: example, requestId: exampleRequestId };
  return {
    description: 'Success',
    headers,
    content: withExample(schema, example === undefined ? undefined : envelope),
  };
};

const failures = (errors: readonly RouteError[]): Json => {
  const byStatus = Map.groupBy(errors, ({ status }) => status);
  const entries = [...byStatus].sort(([left], [right]) => left - right);
  return Object.fromEntries(
    entries.map(([status, group]) => [String(status), failure(status, group)]),
  );
};

const failure = (status: number, group: readonly RouteError[]): Json => ({
  description: group.map(({ type, cause }) => `\`${type}\`: ${cause}`).join('\n\n'),
  headers: status === 429 ? { ...headers, 'Retry-After': ref('headers', 'RetryAfter') } : headers,
  content: {
    'application/json': {
      schema: {
        allOf: [
          ref('schemas', 'Failure'),
          {
            type: 'object',
            properties: { code: { const: status }, type: { enum: group.map(({ type }) => type) } },
          },
        ],
      },
      examples: Object.fromEntries(
        group.map(({ type, message }) => [
          type,
          { value: { code: status, type, message, data: null, requestId: exampleRequestId } },
        ]),
      ),
    },
  },
});
