import { createHmac } from 'node:crypto';
import { actionMarks, adminTokenRules, services, type AnyAction } from '@app/contracts';
import t from 'tap';
import { startSuite } from '../support/suite.ts';

const suite = await startSuite();
t.teardown(() => suite.stop());

const id = '01K9ZQ4T6V8N2M3P5R7S9W1X0Y';

/** Every route for admins that any contract declares: a new one is tested without a word here. */
const routes = Object.values(services)
  .flatMap(({ actions }) => Object.values<AnyAction>(actions))
  .flatMap(({ name, route }) => (route?.audience === 'admin' ? [{ name, route }] : []));

const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/** A genuine token with exactly these marks. */
const adminToken = (marks: readonly string[]): string => {
  const seconds = Math.floor(Date.now() / 1000);
  const text = `${part({ alg: 'HS256', typ: 'JWT' })}.${part({
    iss: adminTokenRules.issuer,
    aud: adminTokenRules.audience,
    sub: id,
    sid: id,
    iat: seconds,
    ims: seconds * 1000,
    exp: seconds + 600,
    marks,
  })}`;
  const secret = suite.secrets['ADMIN_JWT_SECRET'] ?? '';
  return `${text}.${createHmac('sha256', secret).update(text).digest('base64url')}`;
};

const { accessToken: appToken } = await suite.signIn();
const noMarks = adminToken([]);

await t.test('there are routes for admins, each with a mark that roles can hold', async (t) => {
  t.ok(routes.length >= 13);
  for (const { name, route } of routes) t.ok(actionMarks.has(route.mark ?? ''), name);
});

for (const { name, route } of routes) {
  const path = route.path.replace(/\{[^}]+\}/g, id);
  const mark = route.mark ?? '';
  const send = (options: { readonly token?: string }) =>
    suite.client.send(route.method, path, {
      ...options,
      ...(route.idempotency === 'required' ? { headers: { 'idempotency-key': `key-${id}` } } : {}),
    });

  await t.test(`${route.method} ${route.path} (${name}) is for admins with ${mark}`, async (t) => {
    const nobody = await send({});
    t.same([nobody.status, nobody.body.type], [401, 'TOKEN_MISSING'], 'without a token');

    const shopper = await send({ token: appToken });
    t.same([shopper.status, shopper.body.type], [401, 'TOKEN_AUDIENCE_INVALID'], "a shopper's");

    const powerless = await send({ token: noMarks });
    t.same([powerless.status, powerless.body.type], [403, 'ACTION_FORBIDDEN'], 'without any mark');

    const others = adminToken([...actionMarks.keys()].filter((other) => other !== mark));
    const wrong = await send({ token: others });
    t.same([wrong.status, wrong.body.type], [403, 'ACTION_FORBIDDEN'], 'with every mark but this');
  });
}
