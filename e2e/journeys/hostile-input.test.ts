import { Ajv } from 'ajv';
import fc from 'fast-check';
import { Agent, request as httpRequest } from 'node:http';
import t from 'tap';
import { startSuite, type SignedIn } from '../support/suite.ts';

/** Bad requests per route and part; the acceptance asks for at least 300 of bodies, queries and headers together. */
const RUNS_PER_PART = 110;

const suite = await startSuite();
const agent = new Agent({ keepAlive: true, maxSockets: 16 });
t.teardown(async () => {
  agent.destroy();
  await suite.stop();
});

interface Operation {
  readonly method: string;
  readonly path: string;
  readonly audience: string;
  readonly body: Schema | undefined;
}
type Schema = Readonly<Record<string, unknown>>;

const document = (await (await fetch(`${suite.client.baseUrl}/docs/openapi.json`)).json()) as {
  paths: Record<string, Record<string, Record<string, unknown>>>;
};
const bodyOf = (operation: Record<string, unknown>): Schema | undefined =>
  (
    operation['requestBody'] as
      { content?: { 'application/json'?: { schema?: Schema } } } | undefined
  )?.content?.['application/json']?.schema;
const operations: readonly Operation[] = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods)
    .filter(([method]) => ['get', 'post', 'put', 'patch', 'delete'].includes(method))
    .map(([method, operation]) => ({
      method: method.toUpperCase(),
      path,
      audience: String(operation['x-audience']),
      body: bodyOf(operation),
    })),
);

const envelope = new Ajv({ strict: false }).compile({
  type: 'object',
  required: ['code', 'message', 'data', 'requestId'],
  properties: {
    code: { type: 'integer' },
    type: { type: 'string', pattern: '^[A-Z][A-Z0-9_]+$' },
    message: { type: 'string', minLength: 1 },
    requestId: { type: 'string', pattern: '^[A-Za-z0-9_-]{8,64}$' },
    errors: {
      type: 'array',
      items: { type: 'object', required: ['field', 'rule', 'message'] },
    },
  },
  if: { properties: { code: { minimum: 400 } } },
  then: { required: ['type'], properties: { data: { type: 'null' } } },
});

interface RawAnswer {
  readonly status: number;
  readonly text: string;
}

/** Sends bytes and headers as they are; rejects when no answer comes within ten seconds. */
const send = (
  method: string,
  path: string,
  headers: Readonly<Record<string, string>>,
  body: string | undefined,
) =>
  new Promise<RawAnswer>((resolve, reject) => {
    const url = new URL(suite.client.baseUrl);
    const request = httpRequest(
      {
        agent,
        host: url.hostname,
        port: url.port,
        method,
        path,
        headers:
          body === undefined ? headers : { ...headers, 'content-length': Buffer.byteLength(body) },
        timeout: 10_000,
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () =>
          resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString() }),
        );
      },
    );
    request.on('timeout', () => request.destroy(new Error(`${method} ${path} hangs`)));
    request.on('error', reject);
    request.end(body);
  });

let session: SignedIn = await suite.signIn();
const authorize = (operation: Operation): Readonly<Record<string, string>> =>
  operation.audience === 'app'
    ? { authorization: `Bearer ${session.accessToken}` }
    : operation.audience === 'internal'
      ? { 'x-internal-key': suite.secrets['INTERNAL_API_KEY'] ?? '' }
      : {};

const hostileText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.constantFrom(
    '',
    ' ',
    "' or 1=1 --",
    '../../etc/passwd',
    '%00',
    '\u0000',
    '{{7*7}}',
    '<script>',
    '👩‍👩‍👧‍👦',
    '1e309',
    'null',
    '__proto__',
    'a'.repeat(5000),
  ),
);
const hostileValue = fc.oneof(
  hostileText,
  fc.integer(),
  fc.double(),
  fc.constantFrom(null, true, [], {}, [[[[[]]]]], { toString: 1 }, -1, 0, 2 ** 53, 1e308),
  fc.jsonValue({ maxDepth: 3 }),
);

/** Bodies near the schema (fields right and wrong, missing and extra) and bodies from nowhere. */
const hostileBody = (schema: Schema | undefined): fc.Arbitrary<string> => {
  const names = Object.keys(schema?.['properties'] ?? {});
  const near = fc
    .record(Object.fromEntries(names.map((name) => [name, hostileValue])), { requiredKeys: [] })
    .chain((body) =>
      fc.constantFrom(
        body,
        { ...body, unknownField: 1 },
        JSON.parse(`{"__proto__":{"isAdmin":true}}`),
      ),
    )
    .map((body) => JSON.stringify(body));
  return fc.oneof(
    { weight: 3, arbitrary: near },
    fc.json(),
    fc.constantFrom(
      '',
      '{',
      '[]',
      'null',
      '"text"',
      '{"a":1}{"b":2}',
      '\ufeff{}',
      '{"a":'.repeat(200),
    ),
    fc.string({ unit: 'binary', maxLength: 200 }),
  );
};

const hostileQuery = fc
  .array(
    fc.tuple(
      fc.constantFrom('limit', 'cursor', 'id', 'a[b]', '__proto__', '%', '', 'code'),
      hostileText,
    ),
    { maxLength: 4 },
  )
  .map((pairs) =>
    pairs
      .map(
        ([key, value]) => `${encodeURIComponent(key)}=${encodeURIComponent(value.toWellFormed())}`,
      )
      .join('&'),
  );

const headerText = fc.string({ unit: fc.constantFrom(...'abcXYZ019 -_.,;=/*"%é'), maxLength: 80 });
const hostileHeaders = fc
  .dictionary(
    fc.constantFrom(
      'x-request-id',
      'traceparent',
      'accept-language',
      'idempotency-key',
      'content-type',
      'accept',
      'accept-encoding',
      'x-forwarded-for',
      'authorization',
      'x-internal-key',
      'origin',
      'if-none-match',
      'content-encoding',
    ),
    headerText,
    { maxKeys: 4 },
  )
  .map((headers) => ({ ...headers }));

const fillPath = (path: string, value: string): string =>
  path.replaceAll(
    /\{[^}]+\}/g,
    encodeURIComponent(value.toWellFormed()).replaceAll('.', '%2E') || 'x',
  );

const problems: string[] = [];
/** A word of text (WeChat), or `FAIL` with a sentence (WeChat Pay). */
const PROVIDER_FORM = /^(?:[A-Za-z_ ]{1,40}|\{"code":"FAIL","message":"[^"{}]{1,40}"\})$/;
/** Callbacks are answered in the provider's form, and never with success here. */
const judgeCallback = (what: string, { status, text }: RawAnswer): void => {
  if (status < 400 || status >= 500 || !PROVIDER_FORM.test(text))
    problems.push(`${what}: ${status} ${text.slice(0, 200)}`);
};
const judge = (what: string, { status, text }: RawAnswer): void => {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    problems.push(`${what}: ${status} is not JSON: ${text.slice(0, 200)}`);
    return;
  }
  if (status >= 500) problems.push(`${what}: ${status} ${text.slice(0, 300)}`);
  if (!envelope(parsed))
    problems.push(`${what}: ${status} ${JSON.stringify(envelope.errors)} ${text.slice(0, 200)}`);
  if ((parsed as { code?: unknown }).code !== status)
    problems.push(`${what}: code and status differ`);
};

const attack = async (
  operation: Operation,
  path: string,
  headers: Readonly<Record<string, string>>,
  body: string | undefined,
): Promise<void> => {
  const answer = await send(operation.method, path, headers, body);
  // A path that is too long is no callback any more, and answered as every unknown path.
  const isCallback = operation.audience === 'callback' && !answer.text.includes('"requestId"');
  const judgeIt = isCallback ? judgeCallback : judge;
  judgeIt(
    `${operation.method} ${path} ${JSON.stringify(body)?.slice(0, 200) ?? ''} ${JSON.stringify(headers).slice(0, 300)}`,
    answer,
  );
  // Some routes end the session they are called with; go on with a new one.
  if (answer.text.includes('TOKEN_REVOKED')) session = await suite.signIn();
};

await t.test('the document lists the routes of this suite', async (t) => {
  t.ok(operations.length >= 15, `${operations.length} operations`);
});

for (const operation of operations) {
  await t.test(
    `${operation.method} ${operation.path} survives ${RUNS_PER_PART * 3} hostile requests`,
    async (t) => {
      const { method, path, body: schema } = operation;
      const before = problems.length;
      const json = { 'content-type': 'application/json' };
      const validPath = (): string => fillPath(path, '01K9ZQ4T6V8N2M3P5R7S9W1X0Y');
      const parameters = { numRuns: RUNS_PER_PART };

      await fc.assert(
        fc.asyncProperty(hostileBody(schema), async (body) =>
          attack(
            operation,
            validPath(),
            { ...authorize(operation), ...json },
            method === 'GET' ? undefined : body,
          ),
        ),
        parameters,
      );
      await fc.assert(
        fc.asyncProperty(hostileQuery, hostileText, async (query, id) =>
          attack(
            operation,
            `${fillPath(path, id)}?${query}`,
            { ...authorize(operation), ...(method === 'GET' ? {} : json) },
            method === 'GET' ? undefined : '{}',
          ),
        ),
        parameters,
      );
      await fc.assert(
        fc.asyncProperty(hostileHeaders, async (headers) =>
          attack(
            operation,
            validPath(),
            { ...authorize(operation), ...(method === 'GET' ? {} : json), ...headers },
            method === 'GET' ? undefined : '{}',
          ),
        ),
        parameters,
      );

      t.same(problems.slice(before, before + 5), []);
    },
  );
}

await t.test('after all that the suite still serves a well-behaved shopper', async (t) => {
  const { accessToken } = await suite.signIn();

  t.equal((await suite.client.get('/api/v1/users/me', { token: accessToken })).status, 200);
  t.equal((await suite.client.get('/system/ready')).status, 200);
});
