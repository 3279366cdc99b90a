import t from 'tap';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormatsModule from 'ajv-formats';
import { services } from '@app/contracts';
import {
  buildOpenApi,
  contractMetadata,
  type ActionMetadata,
  type OpenApiDocument,
} from '../../src/index.ts';
import { probe } from '../support/contract.ts';

const info = { title: 'Mall', version: '1.0.0' };
const all = Object.values(services).flatMap(contractMetadata);
const suite = buildOpenApi(all, info);
const small = buildOpenApi(contractMetadata(probe), info);

type Content = Record<string, { schema: object; example?: unknown }>;

interface Operation {
  readonly operationId: string;
  readonly parameters: readonly Record<string, unknown>[];
  readonly responses: Record<string, Record<string, unknown>>;
  readonly requestBody?: { required: boolean; content: Content };
  readonly security: readonly Record<string, unknown>[];
  readonly [extension: `x-${string}`]: unknown;
}

const operationsOf = (document: OpenApiDocument): readonly [string, string, Operation][] =>
  Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item).map(
      ([method, operation]) =>
        [path, method, operation as unknown as Operation] as [string, string, Operation],
    ),
  );

const operation = (document: OpenApiDocument, method: string, path: string): Operation =>
  document.paths[path]?.[method] as unknown as Operation;

const resolve = (
  document: OpenApiDocument,
  node: Record<string, unknown>,
): Record<string, unknown> => {
  const ref = node['$ref'];
  if (typeof ref !== 'string') return node;
  return ref
    .slice(2)
    .split('/')
    .reduce<unknown>((at, key) => (at as Record<string, unknown>)[key], document) as Record<
    string,
    unknown
  >;
};

const addFormats = addFormatsModule as unknown as (ajv: Ajv2020) => Ajv2020;
const ajv = addFormats(new Ajv2020({ strict: true, strictTypes: false, strictRequired: false }));

t.test('the document has the structure OpenAPI 3.1 asks for', async (t) => {
  for (const document of [suite, small]) {
    t.match(document, { openapi: '3.1.0', info: { title: 'Mall', version: '1.0.0' } });
    t.same(JSON.parse(JSON.stringify(document)), document, 'plain JSON');
    for (const [path, method, operation] of operationsOf(document)) {
      const where = `${method} ${path}`;
      t.match(path, /^\//, where);
      t.match(method, /^(get|post|put|patch|delete)$/, where);
      t.ok(
        Object.keys(operation.responses).every((status) => /^[1-5]\d\d$/.test(status)),
        where,
      );
      for (const response of Object.values(operation.responses))
        t.type(response['description'], 'string', where);
      for (const raw of operation.parameters) {
        const parameter = resolve(document, raw);
        t.match(parameter['in'], /^(path|query|header)$/, where);
        t.type(parameter['schema'], 'object', where);
        if (parameter['in'] === 'path') t.equal(parameter['required'], true, where);
      }
      const inPath = operation.parameters
        .filter((each) => each['in'] === 'path')
        .map(({ name }) => name);
      t.same(
        inPath,
        [...path.matchAll(/\{(.+?)\}/g)].map(([, name]) => name),
        where,
      );
      const keys = operation.parameters.map((each) => {
        const { name, in: place } = resolve(document, each);
        return `${String(place)} ${String(name)}`;
      });
      t.equal(new Set(keys).size, keys.length, `${where}: no parameter twice`);
      for (const scheme of operation.security.flatMap(Object.keys)) {
        t.ok(
          (document.components['securitySchemes'] as object)[scheme as never],
          `${where} ${scheme}`,
        );
      }
      t.notOk(method === 'get' && operation.requestBody !== undefined, `${where}: GET has no body`);
    }
  }
});

t.test('every reference leads somewhere and every schema is a valid JSON Schema', async (t) => {
  const visit = (node: unknown, path: string): void => {
    if (typeof node !== 'object' || node === null) return;
    const record = node as Record<string, unknown>;
    if (typeof record['$ref'] === 'string')
      t.ok(resolve(suite, record), `${path}: ${record['$ref']}`);
    if (path.endsWith('/schema') && !JSON.stringify(record).includes('$ref')) {
      t.ok(ajv.validateSchema(record), `${path}: ${ajv.errorsText()}`);
    }
    for (const [key, value] of Object.entries(record)) visit(value, `${path}/${key}`);
  };
  visit(suite, '');
});

t.test('every operation has an id of its own', async (t) => {
  const ids = operationsOf(suite).map(([, , { operationId }]) => operationId);

  t.equal(new Set(ids).size, ids.length);
  t.equal(ids.length, all.filter(({ route }) => route !== undefined).length);
});

t.test('examples fit their schemas', async (t) => {
  for (const [path, method, { requestBody, responses }] of operationsOf(suite)) {
    const success = Object.entries(responses).find(([status]) => status.startsWith('2'))?.[1];
    const contents = [requestBody?.content, success?.['content'] as Content | undefined];
    for (const content of contents) {
      const media = content?.['application/json'];
      if (media?.example === undefined) continue;
      t.ok(ajv.validate(media.schema, media.example), `${method} ${path}: ${ajv.errorsText()}`);
    }
  }
});

t.test(
  'params go to the path, the rest to the query of a GET and to the body of anything else',
  async (t) => {
    const put = operation(suite, 'put', '/api/v1/users/me/addresses/{id}');
    const properties = Object.keys(
      (put.requestBody?.content['application/json']?.schema as { properties: object }).properties,
    );

    t.match(operation(small, 'get', '/api/v1/probes/{id}').parameters, [
      { name: 'id', in: 'path', required: true },
    ]);
    t.notOk(properties.includes('id'));
    t.ok(properties.includes('province'));
    t.equal(put.requestBody?.required, true);
    t.equal(operation(suite, 'delete', '/api/v1/users/me/addresses/{id}').requestBody, undefined);
    t.equal(operation(suite, 'patch', '/api/v1/users/me').requestBody?.required, false);
  },
);

t.test('who may call, how often and with which mark is told', async (t) => {
  t.match(operation(small, 'post', '/admin/v1/probes/ship'), {
    security: [{ adminToken: [] }],
    'x-audience': 'admin',
    'x-action-mark': 'probe:ship',
    'x-rate-class': 'write',
  });
  t.match(operation(small, 'get', '/api/v1/probes/{id}'), { security: [{ appToken: [] }] });
  t.match(operation(small, 'post', '/internal/v1/probes/operate'), {
    security: [{ internalKey: [] }],
  });
  t.same(operation(small, 'get', '/api/v1/probes').security, []);
});

t.test('an idempotency key is offered or demanded as the route says', async (t) => {
  const withRule = (idempotency: 'optional' | 'required'): Operation => {
    const actions = contractMetadata(probe).map((action) =>
      action.action === 'ship' && action.route !== undefined
        ? ({ ...action, route: { ...action.route, idempotency } } satisfies ActionMetadata)
        : action,
    );
    return operation(buildOpenApi(actions, info), 'post', '/admin/v1/probes/ship');
  };
  const keyOf = ({ parameters }: Operation) =>
    parameters.map((each) => resolve(suite, each)).find(({ name }) => name === 'Idempotency-Key');

  t.equal(keyOf(operation(small, 'post', '/admin/v1/probes/ship')), undefined);
  t.match(keyOf(withRule('optional')), { in: 'header', required: false });
  t.match(keyOf(withRule('required')), { in: 'header', required: true });
  t.match(withRule('required').responses['400'], { description: /IDEMPOTENCY_KEY_REQUIRED/ });
});

t.test('each failure stands under its status with its type, cause and a sample', async (t) => {
  const login = operation(suite, 'post', '/api/v1/auth/wechat/login');

  t.match(login.responses['401'], {
    description: /`WECHAT_CODE_INVALID`/,
    content: {
      'application/json': {
        schema: {
          allOf: [
            { $ref: '#/components/schemas/Failure' },
            { properties: { code: { const: 401 }, type: { enum: ['WECHAT_CODE_INVALID'] } } },
          ],
        },
        examples: {
          WECHAT_CODE_INVALID: { value: { code: 401, type: 'WECHAT_CODE_INVALID', data: null } },
        },
      },
    },
  });
  t.match(login.responses['429'], { headers: { 'Retry-After': {} } });
  for (const status of ['400', '413', '415', '500', '503', '504'])
    t.ok(login.responses[status], status);
  t.match(login['x-errors'], [
    { type: 'WECHAT_CODE_INVALID', status: 401, cause: /./, remedy: /./ },
  ]);
});

t.test(
  'the same actions give the same document, in whatever order and however often they come',
  async (t) => {
    t.same(buildOpenApi([...all].reverse(), info), suite);
    t.same(buildOpenApi([...all, ...all], info), suite);
  },
);

t.test('actions without a route are not shown', async (t) => {
  t.notMatch(JSON.stringify(suite), /findOrCreateByIdentity/);
});
