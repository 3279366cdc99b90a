import { eventually, testEnv } from '@app/testing';
import mysql from 'mysql2/promise';
import t from 'tap';
import {
  PASSWORD,
  adminLogin,
  createFirstAdmin,
  runCommand,
  type AdminSignIn,
} from '../support/admin.ts';
import { startSuite } from '../support/suite.ts';

const suite = await startSuite({ gateways: 2, env: { TRUSTED_PROXIES: '127.0.0.1' } });
t.teardown(() => suite.stop());
const { client } = suite;

interface Row {
  readonly id: string;
  readonly version: number;
}

/** A statement in auth's schema, as somebody with a database client would run it. */
const tamper = async (statement: string): Promise<void> => {
  const { mysql: store } = testEnv();
  const connection = await mysql.createConnection({
    uri: `mysql://${store.user}:${store.password}@${store.addr}/${suite.schemas['auth']}`,
  });
  await connection.query(statement);
  await connection.end();
};

const verify = () => runCommand(suite, ['audit-log', 'verify']);

await t.test('before there is an admin nobody can sign in as one', async (t) => {
  const answer = await adminLogin(client, 'root');

  t.same([answer.status, answer.body.type], [401, 'ADMIN_LOGIN_INVALID']);
  t.match(await runCommand(suite, ['admin', 'list']), { code: 0, output: /no admin yet/ });
});

await t.test('the command refuses a weak password and says which rule', async (t) => {
  const made = await runCommand(suite, ['admin', 'create', 'root'], { ADMIN_PASSWORD: 'short' });

  t.match(made, { code: 1, output: /ADMIN_PASSWORD_WEAK.*\n.*at least 10 characters/ });
});

let rootToken = '';

await t.test('the first admin, made by the command, may do everything', async (t) => {
  const root = await createFirstAdmin(suite);
  rootToken = root.accessToken;
  t.equal(root.expiresIn, 28_800);
  t.match(root.admin, { username: 'root', roles: [{ name: 'owner' }] });
  t.ok(root.admin.actions.includes('account:write') && root.admin.actions.includes('user:freeze'));
  t.match((await runCommand(suite, ['admin', 'list'])).output, /root +active +owner/);
});

await t.test('the command a second time is refused and changes nothing', async (t) => {
  const again = await runCommand(suite, ['admin', 'create', 'root'], {
    ADMIN_PASSWORD: 'another good password',
  });

  t.match(again, { code: 1, output: /ADMIN_USERNAME_TAKEN/ });
  const accounts = await client.get('/admin/v1/accounts', { token: rootToken });
  t.equal(accounts.status, 200, 'the session goes on');
});

let role: Row;
let support: Row;

await t.test('a role and an account are made; a mark nobody knows is named', async (t) => {
  const made = await client.post<Row>(
    '/admin/v1/roles',
    { name: '客服', actions: ['user:freeze'] },
    { token: rootToken },
  );
  t.equal(made.status, 201);
  role = made.body.data;
  const account = await client.post<Row>(
    '/admin/v1/accounts',
    { username: 'support', password: PASSWORD, roleIds: [role.id] },
    { token: rootToken },
  );
  t.equal(account.status, 201);
  support = account.body.data;
  for (const list of ['accounts', 'roles']) {
    const page = await client.get<{ items: object[]; nextCursor: string | null }>(
      `/admin/v1/${list}?limit=1`,
      { token: rootToken },
    );
    t.match(page.body.data, { items: { length: 1 }, nextCursor: /.+/ }, list);
  }
  const unknown = await client.post(
    '/admin/v1/roles',
    { name: 'other', actions: ['user:freeze', 'user:freez'] },
    { token: rootToken },
  );
  t.match(unknown.body, {
    code: 400,
    type: 'ACTION_MARK_UNKNOWN',
    errors: [{ field: 'actions[1]', message: /user:freez is no mark/ }],
  });
});

let supportLogin: AdminSignIn;

await t.test('an admin does what the role allows, and nothing else', async (t) => {
  const { body } = await adminLogin(client, 'support');
  supportLogin = body.data;
  const { accessToken: token, admin } = supportLogin;
  t.same(admin.actions, ['session:own', 'user:freeze']);
  const shopper = await suite.signIn();

  const frozen = await client.post(
    `/admin/v1/users/${shopper.user.id}/freeze`,
    { reason: 'fraud' },
    { token },
  );
  t.equal(frozen.status, 200);
  await eventually(
    async () =>
      (await client.get('/api/v1/users/me', { token: shopper.accessToken })).status === 401,
    { withinMs: 5000 },
  );

  for (const path of ['/admin/v1/accounts', '/admin/v1/roles', '/admin/v1/audit']) {
    const answer = await client.get(path, { token });
    t.same([answer.status, answer.body.type], [403, 'ACTION_FORBIDDEN'], path);
  }
});

await t.test('a second login ends the first on every gateway: SESSION_REPLACED', async (t) => {
  const second = await adminLogin(client, 'root');

  t.equal(second.status, 200);
  for (const gateway of suite.gateways)
    await eventually(
      async () => {
        const answer = await gateway.get('/admin/v1/accounts', { token: rootToken });
        return answer.status === 401 && answer.body.type === 'SESSION_REPLACED';
      },
      { withinMs: 5000 },
    );
  for (const gateway of suite.gateways) {
    const answer = await gateway.get('/admin/v1/accounts', {
      token: second.body.data.accessToken,
    });
    t.equal(answer.status, 200);
  }
  rootToken = second.body.data.accessToken;
});

await t.test('twenty parallel logins leave exactly one live session', async (t) => {
  const answers = await Promise.all(
    Array.from({ length: 20 }, (_, index) =>
      adminLogin(suite.gateways[index % 2] ?? client, 'root'),
    ),
  );

  t.same(
    answers.map(({ status }) => status),
    answers.map(() => 200),
  );
  const tokens = answers.map(({ body }) => body.data.accessToken);
  for (const gateway of suite.gateways)
    await eventually(
      async () => {
        const live = await Promise.all(
          tokens.map((token) => gateway.get('/admin/v1/accounts', { token })),
        );
        const statuses = live.map(({ status }) => status);
        return (
          statuses.filter((status) => status === 200).length === 1 &&
          live.every(({ status, body }) => status === 200 || body.type === 'SESSION_REPLACED')
        );
      },
      { withinMs: 10_000 },
    );
  for (const token of tokens)
    if ((await client.get('/admin/v1/accounts', { token })).status === 200) rootToken = token;
});

await t.test('a changed role holds at once: the admin signs in again with new marks', async (t) => {
  const { id, version } = role;
  const path = `/admin/v1/roles/${id}`;
  const changed = await client.send('PATCH', path, {
    token: rootToken,
    body: { version, actions: ['user:freeze', 'audit:read'] },
  });
  t.equal(changed.status, 200);
  const late = await client.send('PATCH', path, { token: rootToken, body: { version, name: 'x' } });
  t.same([late.status, late.body.type], [409, 'ADMIN_CHANGED_MEANWHILE']);

  await eventually(
    async () => {
      const answer = await client.get('/admin/v1/audit', { token: supportLogin.accessToken });
      return answer.status === 401 && answer.body.type === 'TOKEN_REVOKED';
    },
    { withinMs: 5000 },
  );
  const { body } = await adminLogin(client, 'support');
  const { accessToken: token } = body.data;
  t.equal((await client.get('/admin/v1/audit', { token })).status, 200);

  const disabled = await client.send('PATCH', `/admin/v1/accounts/${support.id}`, {
    token: rootToken,
    body: { version: support.version, status: 'disabled' },
  });
  t.equal(disabled.status, 200);
  await eventually(async () => (await client.get('/admin/v1/audit', { token })).status === 401, {
    withinMs: 5000,
  });
  t.equal((await adminLogin(client, 'support')).body.type, 'ADMIN_DISABLED');
});

await t.test('guessing stops at five: even the right password waits then', async (t) => {
  await runCommand(suite, ['admin', 'create', 'target'], { ADMIN_PASSWORD: PASSWORD });

  const guesses = await Promise.all(
    Array.from({ length: 30 }, (_, index) => adminLogin(client, 'target', `guess number ${index}`)),
  );

  t.equal(guesses.filter(({ status }) => status === 401).length, 5);
  t.equal(guesses.filter(({ status }) => status === 429).length, 25);
  const right = await adminLogin(client, 'target');
  t.same([right.status, right.body.type], [429, 'ADMIN_LOGIN_LOCKED']);
  const seconds = Number(right.headers.get('retry-after'));
  t.ok(seconds > 600 && seconds <= 900, `${seconds} s`);
  const password = 'a wholly new password';
  const reset = await runCommand(suite, ['admin', 'reset-password', 'target'], {
    ADMIN_PASSWORD: password,
  });
  t.equal(reset.code, 0);
  t.equal((await adminLogin(client, 'target', password)).status, 200, 'a new password lifts it');
});

await t.test('a token whose session was logged out is refused ever after', async (t) => {
  const { body } = await adminLogin(client, 'target', 'a wholly new password');
  const token = body.data.accessToken;
  const logout = await client.send('POST', '/admin/v1/auth/logout', { token });
  t.equal(logout.status, 200);

  const replayed = await client.send('POST', '/admin/v1/auth/logout', { token });
  t.same([replayed.status, replayed.body.type], [401, 'TOKEN_REVOKED']);
});

await t.test('every write stands in the log: intent, outcome, who, what, how', async (t) => {
  const { body } = await client.get<{
    items: { kind: string; seq: number; intentSeq: number | null; outcome: string | null }[];
  }>('/admin/v1/audit?action=v1.user.freezeAccount', { token: rootToken });
  const [outcome, intent] = body.data.items;

  t.match(outcome, {
    kind: 'outcome',
    intentSeq: intent?.seq,
    status: 200,
    outcome: 'ok',
    actor: supportLogin.admin.id,
    route: 'POST /admin/v1/users/{id}/freeze',
    target: /^id=/,
    paramsDigest: /^[0-9a-f]{64}$/,
  });
  t.match(intent, { kind: 'intent', outcome: null });
  const refused = await client.get<{ items: object[] }>(
    '/admin/v1/audit?action=v1.auth.createRole&kind=outcome',
    { token: rootToken },
  );
  t.match(refused.body.data.items[0], { status: 400, outcome: 'ACTION_MARK_UNKNOWN' });
  const operator = await client.get<{ items: object[] }>('/admin/v1/audit?actor=operator', {
    token: rootToken,
  });
  t.match(operator.body.data.items[0], { outcome: 'ok', target: 'target' });
  t.notMatch(JSON.stringify([body, refused.body, operator.body]), PASSWORD);
});

await t.test('a gateway that dies between effect and outcome leaves the intent', async (t) => {
  const victim = await suite.signIn();
  const gateway = suite.gateways[1] ?? client;
  const { pid } = suite.process('user');
  const openIntents = async () => {
    const { body } = await client.get<{ items: { kind: string; requestId: string }[] }>(
      '/admin/v1/audit?requestId=killed-between',
      { token: rootToken },
    );
    return body.data.items.map(({ kind }) => kind);
  };

  // The service stands still, so that the gateway is killed while it waits for the answer.
  process.kill(pid, 'SIGSTOP');
  const lost = gateway
    .post(
      `/admin/v1/users/${victim.user.id}/freeze`,
      { reason: 'fraud' },
      { token: rootToken, headers: { 'x-request-id': 'killed-between' } },
    )
    .then(
      () => 'answered',
      () => 'lost',
    );
  try {
    await eventually(async () => (await openIntents()).length === 1, { withinMs: 4000 });
    await suite.process('gateway-2').kill9();
  } finally {
    process.kill(pid, 'SIGCONT');
  }
  t.equal(await lost, 'lost');

  await eventually(
    async () =>
      (await client.get('/api/v1/users/me', { token: victim.accessToken })).status === 401,
    { withinMs: 10_000 },
  );
  t.same(await openIntents(), ['intent'], 'the effect is there, and so is who wanted it');
  await suite.revive('gateway-2');
});

await t.test('a blocked user, session or address is turned away by every gateway', async (t) => {
  const shopper = await suite.signIn();
  const sid = (
    JSON.parse(Buffer.from(shopper.accessToken.split('.')[1] ?? '', 'base64url').toString()) as {
      sid: string;
    }
  ).sid;
  const from = (address: string) => ({
    token: shopper.accessToken,
    headers: { 'x-forwarded-for': address },
  });
  const block = (kind: string, subject: string) =>
    client.post<{ id: string; subject: string }>(
      '/admin/v1/blacklist',
      { kind, subject, reason: 'abuse' },
      { token: rootToken },
    );
  const answers = async (address: string, status: number, type: string | undefined) => {
    for (const gateway of suite.gateways)
      await eventually(
        async () => {
          const answer = await gateway.get('/api/v1/users/me', from(address));
          return answer.status === status && answer.body.type === type;
        },
        { withinMs: 5000 },
      );
  };
  const lift = (id: string) =>
    client.send('DELETE', `/admin/v1/blacklist/${id}`, { token: rootToken });
  const cases = [
    ['user', shopper.user.id, 403, 'USER_BLOCKED'],
    ['session', sid, 401, 'SESSION_BLOCKED'],
    ['ip', '198.51.100.7/24', 403, 'IP_BLOCKED'],
    ['ip', '2001:DB8:0::1/32', 403, 'IP_BLOCKED'],
  ] as const;

  for (const [kind, subject, status, type] of cases) {
    const address = subject.includes(':') ? '2001:db8:ffff::9' : '198.51.100.200';
    const blocked = await block(kind, subject);
    t.equal(blocked.status, 201);
    await answers(address, status, type);
    if (kind === 'ip') await answers('198.51.101.1', 200, undefined);
    t.equal((await lift(blocked.body.data.id)).status, 200);
    await answers(address, 200, undefined);
  }

  const refusals = await Promise.all([
    block('ip', '300.1.2.3'),
    block('ip', '0.0.0.0/0'),
    block('user', 'nobody'),
    block('ip', '127.0.0.0/8'),
  ]);
  t.same(
    refusals.map(({ body }) => body.type),
    [
      'BLOCK_SUBJECT_INVALID',
      'BLOCK_SUBJECT_INVALID',
      'BLOCK_SUBJECT_INVALID',
      'BLOCK_OWN_ADDRESS',
    ],
  );
});

await t.test('the chain holds, until one row is altered, and then that row is named', async (t) => {
  t.match(await verify(), { code: 0, output: /the audit log is whole/ });

  await tamper(`update audit_entry set actor = 'nobody' where seq = 3`);
  t.match(await verify(), { code: 1, output: /row 3 was altered/ });
});

await t.test('while auth is down admins are refused, and shoppers go on', async (t) => {
  const shopper = await suite.signIn();
  await suite.process('auth').kill9();

  for (const gateway of suite.gateways)
    await eventually(
      async () => {
        const answer = await gateway.get('/admin/v1/users/x/freeze', { token: rootToken });
        const write = await gateway.post(
          `/admin/v1/users/${shopper.user.id}/freeze`,
          { reason: 'fraud' },
          { token: rootToken },
        );
        return answer.status !== 200 && write.body.type === 'REVOCATION_UNKNOWN';
      },
      { withinMs: 15_000 },
    );
  const me = await client.get('/api/v1/users/me', { token: shopper.accessToken });
  t.equal(me.status, 200);
  await suite.revive('auth');
  await eventually(
    async () => (await client.get('/admin/v1/accounts', { token: rootToken })).status === 200,
    { withinMs: 15_000 },
  );
});
