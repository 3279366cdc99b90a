import { actionMarks, auth, type Revocation } from '@app/contracts';
import { eventually } from '@app/testing';
import t from 'tap';
import { startGateway, startServices, startSuite } from '../support/suite.ts';
import { bearer, ids, keys, makeToken, unsignedToken } from '../support/tokens.ts';
import { testNamespace } from '@app/testing';
import { services } from '@app/contracts';
import { shop as shopContract } from '../support/shop.ts';

const { gateway, services: stubs, namespace, revoked, shop } = await startSuite(t);
const second = await startGateway(t, { namespace });

const callers = {
  nobody: {},
  user: bearer(makeToken()),
  admin: bearer(
    makeToken({ aud: 'admin', claims: { marks: ['shop:ship', ...actionMarks.keys()] } }),
  ),
  'admin without the mark': bearer(makeToken({ aud: 'admin', claims: { marks: ['other:mark'] } })),
  internal: { 'x-internal-key': keys.internal },
  'wrong internal key': { 'x-internal-key': `${keys.internal}x` },
} as const;
type CallerName = keyof typeof callers;

/** What a caller is answered who is not let in; `undefined`: let in. */
const refusals: Readonly<Record<string, Partial<Record<CallerName, string>>>> = {
  public: {},
  'public for users': {
    admin: 'TOKEN_AUDIENCE_INVALID',
    'admin without the mark': 'TOKEN_AUDIENCE_INVALID',
  },
  callback: {},
  app: {
    nobody: 'TOKEN_MISSING',
    admin: 'TOKEN_AUDIENCE_INVALID',
    'admin without the mark': 'TOKEN_AUDIENCE_INVALID',
    internal: 'TOKEN_MISSING',
    'wrong internal key': 'TOKEN_MISSING',
  },
  admin: {
    nobody: 'TOKEN_MISSING',
    user: 'TOKEN_AUDIENCE_INVALID',
    'admin without the mark': 'ACTION_FORBIDDEN',
    internal: 'TOKEN_MISSING',
    'wrong internal key': 'TOKEN_MISSING',
  },
  internal: {
    nobody: 'INTERNAL_KEY_INVALID',
    user: 'INTERNAL_KEY_INVALID',
    admin: 'INTERNAL_KEY_INVALID',
    'admin without the mark': 'INTERNAL_KEY_INVALID',
    'wrong internal key': 'INTERNAL_KEY_INVALID',
  },
};
const refusalTypes = new Set(Object.values(refusals).flatMap((row) => Object.values(row)));

const routes = [...Object.values(services), shopContract]
  .flatMap((service) => Object.values(service.actions))
  .flatMap((action) => ('route' in action ? [action.route] : []))
  .filter(({ path }) => !path.endsWith('/waits'));

t.test('every route lets in its audience and nobody else', async (t) => {
  t.ok(routes.length > 20);
  for (const route of routes)
    for (const [name, headers] of Object.entries(callers)) {
      const path = route.path.replaceAll(/\{[^}]+\}/g, ids.address);
      const response = await gateway.fetch(path, { method: route.method, headers });
      const text = await response.text();
      const row = 'identity' in route ? 'public for users' : route.audience;
      const expected = refusals[row]?.[name as CallerName];
      const type =
        (route.audience === 'callback'
          ? undefined
          : (JSON.parse(text) as { type?: string }).type) ?? '';
      const label = `${name} on ${route.method} ${route.path} (${route.audience})`;
      if (expected === undefined) t.notOk(refusalTypes.has(type), `${label} is let in`);
      else t.equal(type, expected, `${label} is refused`);
    }
});

t.test('every bad token is 401 with its own type, in the envelope', async (t) => {
  const good = makeToken();
  const cases = {
    TOKEN_MISSING: [undefined, ''],
    TOKEN_MALFORMED: [
      `Bearer ${unsignedToken()}`,
      `Bearer ${'a.'.repeat(3000)}`,
      'Basic dTpw',
      `Bearer ${makeToken({ algorithm: 'HS384' })}`,
    ],
    TOKEN_SIGNATURE_INVALID: [
      `Bearer ${makeToken({ key: 'wrong secret' })}`,
      `Bearer ${good.slice(0, -10)}${good.slice(-10).split('').reverse().join('')}`,
    ],
    TOKEN_EXPIRED: [`Bearer ${makeToken({ expiresIn: -10 })}`],
    TOKEN_NOT_YET_VALID: [
      `Bearer ${makeToken({ claims: { nbf: Math.floor(Date.now() / 1000) + 600 } })}`,
    ],
    TOKEN_AUDIENCE_INVALID: [
      `Bearer ${makeToken({ aud: 'admin' })}`,
      `Bearer ${makeToken({ iss: 'evil' })}`,
    ],
  };
  for (const [type, headers] of Object.entries(cases))
    for (const authorization of headers) {
      const answer = await gateway.json(
        '/api/v1/users/me',
        authorization === undefined ? {} : { headers: { authorization } },
      );
      t.match(
        answer,
        { status: 401, body: { code: 401, type, data: null } },
        `${type}: ${authorization?.slice(0, 30) ?? 'no header'}`,
      );
      t.equal(answer.headers.get('www-authenticate'), 'Bearer');
    }
});

t.test(
  'on a public route that knows users, a good token names one and a bad one is refused',
  async (t) => {
    t.match(await gateway.json('/api/v1/shop/greeting'), {
      status: 200,
      body: { data: { caller: { kind: 'public' } } },
    });
    t.match(await gateway.json('/api/v1/shop/greeting', { headers: callers.user }), {
      body: { data: { caller: { kind: 'user', userId: ids.user } } },
    });
    t.match(
      await gateway.json('/api/v1/shop/greeting', {
        headers: bearer(makeToken({ expiresIn: -1 })),
      }),
      { status: 401, body: { type: 'TOKEN_EXPIRED' } },
    );
  },
);

const entry = (
  kind: Revocation['kind'],
  subject: string,
  revokedAtMs = Date.now(),
): Revocation => ({
  kind,
  subject,
  revokedAtMs,
  expiresAtMs: revokedAtMs + 7_200_000,
});
const typeOn = async (which: typeof gateway, token: string): Promise<string | undefined> =>
  (await which.json('/api/v1/users/me', { headers: bearer(token) })).body.type;

t.test('a revocation that is told takes effect on every gateway at once', async (t) => {
  const token = makeToken({ sid: 'session-told' });
  t.equal(await typeOn(gateway, token), undefined);

  await stubs.hint(auth.hints.revoked, { items: [entry('session', '01K9ZQ4T6V8N2M3P5R7S9W1X0E')] });
  const told = makeToken({ sid: '01K9ZQ4T6V8N2M3P5R7S9W1X0E' });

  await eventually(async () => (await typeOn(gateway, told)) === 'TOKEN_REVOKED', {
    withinMs: 300,
  });
  await eventually(async () => (await typeOn(second, told)) === 'TOKEN_REVOKED', { withinMs: 300 });
  t.equal(await typeOn(gateway, token), undefined, 'other sessions go on');
});

t.test('a revocation nobody told takes effect within a second', async (t) => {
  const token = makeToken({ sid: '01K9ZQ4T6V8N2M3P5R7S9W1X0F' });
  t.equal(await typeOn(gateway, token), undefined);

  revoked.push(entry('session', '01K9ZQ4T6V8N2M3P5R7S9W1X0F'));

  await eventually(async () => (await typeOn(gateway, token)) === 'TOKEN_REVOKED', {
    withinMs: 1000,
  });
  await eventually(async () => (await typeOn(second, token)) === 'TOKEN_REVOKED', {
    withinMs: 1000,
  });
});

t.test('a frozen user loses all sessions, and a sign-in right afterwards holds', async (t) => {
  const frozenAtMs = Date.now();
  const before = makeToken({ sub: '01K9ZQ4T6V8N2M3P5R7S9W1X0G', sid: 'one', nowMs: frozenAtMs });
  const after = makeToken({ sub: '01K9ZQ4T6V8N2M3P5R7S9W1X0G', sid: 'two', nowMs: frozenAtMs + 1 });

  await stubs.hint(auth.hints.revoked, {
    items: [entry('user', '01K9ZQ4T6V8N2M3P5R7S9W1X0G', frozenAtMs)],
  });

  await eventually(async () => (await typeOn(gateway, before)) === 'TOKEN_REVOKED', {
    withinMs: 1000,
  });
  t.equal(await typeOn(gateway, after), undefined);
});

t.test('a gateway learns at its start what was revoked before', async (t) => {
  revoked.push(entry('session', '01K9ZQ4T6V8N2M3P5R7S9W1X0H', Date.now() - 3_600_000));
  const late = await startGateway(t, { namespace });

  const token = makeToken({ sid: '01K9ZQ4T6V8N2M3P5R7S9W1X0H' });

  await eventually(async () => (await typeOn(late, token)) === 'TOKEN_REVOKED', { withinMs: 2000 });
});

t.test('what reaches a service is who the gateway found, not what the client claims', async (t) => {
  await gateway.json('/api/v1/shop/things', {
    headers: { ...callers.user, 'x-user-id': 'admin', 'x-forwarded-for': '9.9.9.9' },
  });

  t.match(shop.calls.at(-1)?.call, {
    caller: { kind: 'user', userId: ids.user, sessionId: ids.session },
    clientIp: '127.0.0.1',
  });
});

t.test('without auth admins are refused, users go on, and readiness says why', async (t) => {
  const alone = testNamespace();
  const lonely = await startGateway(t, { namespace: alone });

  const admin = await lonely.json('/admin/v1/shop/shipments', {
    method: 'POST',
    headers: callers.admin,
  });
  t.equal(admin.status, 404, 'the shop is not known yet');
  const ready = await lonely.json('/system/ready');
  t.equal(ready.status, 503);
  t.match(ready.body, { type: 'SERVICE_UNAVAILABLE', data: { status: 'not-ready' } });
  const { parts } = ready.body.data as { parts: { service: string; part: string; ok: boolean }[] };
  t.match(
    parts.find(({ part }) => part === 'revocations'),
    { service: 'gateway', ok: false },
  );
  t.match(
    parts.find(({ service }) => service === 'user'),
    { part: 'instance', ok: false },
  );

  const { services: late } = await startServices(t, alone);
  await eventually(async () => (await lonely.fetch('/system/ready')).status === 200, {
    withinMs: 10_000,
  });
  t.equal(
    (await lonely.fetch('/admin/v1/shop/shipments', { method: 'POST', headers: callers.admin }))
      .status,
    200,
  );
  await late.stop();
});
