import { eventually } from '@app/testing';
import t from 'tap';
import { startSuite, type SignedIn } from '../support/suite.ts';

/** The end of the suite searches all that was written, traced and answered; see `confidential.ts`. */
const suite = await startSuite({ traced: true, env: { LOG_LEVEL: 'debug' } });
const { client, secrets } = suite;
const appid = secrets['WXMP_APPID'] ?? '';
const internal = { headers: { 'x-internal-key': secrets['INTERNAL_API_KEY'] ?? '' } };
const tokenPath = `/internal/v1/wechat-ccs/apps/${appid}/access-token`;

const control = async (method: string, path: string, body?: object): Promise<unknown> => {
  const response = await fetch(`${suite.sandboxUrl}/__sandbox${path}`, {
    method,
    ...(body === undefined
      ? {}
      : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  });
  return response.json();
};

interface Schema {
  readonly type?: string;
  readonly pattern?: string;
  readonly examples?: readonly unknown[];
  readonly properties?: Readonly<Record<string, Schema>>;
}
interface Parameter {
  readonly name?: string;
  readonly in?: string;
  readonly schema?: Schema;
}
interface Operation {
  readonly tags?: readonly string[];
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: {
    readonly content?: Readonly<Record<string, { readonly schema?: Schema }>>;
  };
  readonly 'x-audience'?: string;
}

/** Something of the right kind for a field; what it cannot guess is refused, which is a test as well. */
const sampleOf = (name: string, schema: Schema = {}): unknown => {
  if (/^app_?id$/i.test(name)) return appid;
  if (schema.examples?.[0] !== undefined) return schema.examples[0];
  if (schema.type === 'integer' || schema.type === 'number') return 1;
  if (schema.type === 'boolean') return true;
  if (schema.type === 'array') return [];
  if (schema.type === 'object') return bodyOf(schema);
  return `sample-of-${name}`;
};
const bodyOf = ({ properties = {} }: Schema): object =>
  Object.fromEntries(
    Object.entries(properties).map(([name, schema]) => [name, sampleOf(name, schema)]),
  );

/** Every route of the service, as the suite itself lists them. */
const document = JSON.parse((await client.fetchText('/docs/openapi.json')).text) as {
  paths: Record<string, Record<string, Operation>>;
};
const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods)
    .filter(([, operation]) => operation.tags?.includes('wechat-ccs'))
    .map(([method, operation]) => ({ method: method.toUpperCase(), path, operation })),
);

const callRoute = async (
  { method, path, operation }: (typeof operations)[number],
  token: string,
): Promise<number> => {
  const query = (operation.parameters ?? [])
    .filter((parameter) => parameter.in === 'query')
    .map(({ name = '', schema }) => `${name}=${encodeURIComponent(String(sampleOf(name, schema)))}`)
    .join('&');
  const address = path.replaceAll(/\{([^}]+)\}/g, (_, name: string) => String(sampleOf(name)));
  const schema = Object.values(operation.requestBody?.content ?? {})[0]?.schema;
  const { status } = await client.fetchText(`${address}${query === '' ? '' : `?${query}`}`, {
    method,
    headers: {
      ...(operation['x-audience'] === 'internal'
        ? internal.headers
        : { authorization: `Bearer ${token}` }),
      ...(schema === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(schema === undefined || method === 'GET' ? {} : { body: JSON.stringify(bodyOf(schema)) }),
  });
  return status;
};

/** Everything that reaches WeChat through the gateway, with what a user or a service would send. */
const useEverything = async (token: string): Promise<readonly number[]> => {
  const { code } = await suite.loginCode();
  const login = await client.post('/api/v1/auth/wechat/login', { code });
  const phone = await client.post(
    '/api/v1/users/me/phone',
    { code: await suite.phoneCode('13912345678') },
    { token },
  );
  const current = await client.get<{ accessToken: string } | null>(tokenPath, internal);
  const reported = await client.post(
    `${tokenPath}/invalidate`,
    { accessToken: current.body.data?.accessToken ?? 'none' },
    internal,
  );
  await control('POST', '/wechat/push', { message: { MsgType: 'text', Content: 'hi' } });
  await control('POST', '/wechat/push', { message: { MsgType: 'text' }, tamper: 'ciphertext' });
  const routes: number[] = [];
  for (const operation of operations) routes.push(await callRoute(operation, token));
  return [login.status, phone.status, current.status, reported.status, ...routes];
};

t.teardown(async () => {
  await suite.stop();
});

let user: SignedIn;
await t.test('while WeChat is well, everything is used once', async (t) => {
  user = await suite.signIn();

  const [login, phone, current, reported] = await useEverything(user.accessToken);

  t.strictSame([login, phone, current, reported], [200, 200, 200, 200]);
  t.ok(operations.length >= 4, `${operations.length} routes of wechat-ccs`);
});

const faults: Readonly<Record<string, object>> = {
  'an error page': { status: 502 },
  'garbage with 200': { corrupt: 'html' },
  'half an answer': { corrupt: 'truncated' },
  'the system error': { errcode: -1 },
  'a refused token': { errcode: 40001 },
  'a refused address': { errcode: 40164 },
  'a quota that is used up': { errcode: 45009 },
  'a wrong secret': { errcode: 40125 },
  'a connection that drops': { drop: true },
};
for (const [name, fault] of Object.entries(faults))
  await t.test(`while WeChat answers with ${name}, everything is used once`, async (t) => {
    const { id } = (await control('POST', '/faults', { match: {}, fault })) as { id: string };

    const statuses = await useEverything(user.accessToken);

    await control('DELETE', `/faults/${id}`);
    t.ok(
      statuses.every((status) => status >= 200 && status < 600),
      statuses.join(' '),
    );
    t.ok(
      statuses.some((status) => status >= 400),
      'something failed',
    );
  });

await t.test('strangers try their luck with secrets of their own', async (t) => {
  for (const path of [tokenPath, '/callbacks/wechat/wx-unknown', `/callbacks/wechat/${appid}`])
    t.ok((await client.fetchText(`${path}?access_token=x`)).status >= 400);
  t.equal((await client.fetchText('/metrics')).status, 200);
  t.equal((await client.fetchText('/system/ready')).status, 200);
  await client.fetchText(`/api/v1/auth/wechat/login?code=${user.refreshToken}`, { method: 'POST' });
});

await t.test(
  'no token, secret or session key stands in any log, span or answer but the internal hand-out',
  async (t) => {
    const { leaks, kinds, answers, spans } = await eventually(
      async () => {
        const search = await suite.search();
        if (search.spans < 500) throw new Error(`only ${search.spans} spans so far`);
        return search;
      },
      { withinMs: 30_000 },
    );

    for (const kind of [
      'access_token',
      'session_key',
      'login_code',
      'phone_code',
      'WXMP_APPSECRET',
      'WXMP_PUSH_AES_KEY',
      'INTERNAL_API_KEY',
      'MYSQL_PASS',
      'DATA_KEYS',
      'token of a user',
    ])
      t.ok(kinds.has(kind), `${kind} is searched for`);
    t.ok(answers >= 60, `${answers} answers are searched`);
    t.comment(`${spans} spans`);
    t.strictSame(leaks, []);
  },
);
