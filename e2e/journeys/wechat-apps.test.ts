import { createHash, createHmac } from 'node:crypto';
import { eventually } from '@app/testing';
import t from 'tap';
import { startSuite } from '../support/suite.ts';

const suite = await startSuite();
t.teardown(() => suite.stop());

const { client, secrets } = suite;
const miniProgram = secrets['WXMP_APPID'] ?? '';
const officialAccount = secrets['WXOA_APPID'] ?? '';
const internal = { headers: { 'x-internal-key': secrets['INTERNAL_API_KEY'] ?? '' } };

const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/** As auth signs it for an admin with these action marks. */
const adminToken = (...marks: readonly string[]): string => {
  const nowMs = Date.now();
  const seconds = Math.floor(nowMs / 1000);
  const claims = {
    sub: '01K9ZQ4T6V8N2M3P5R7S9W1X0B',
    sid: '01K9ZQ4T6V8N2M3P5R7S9W1X0C',
    iss: 'mall',
    aud: 'admin',
    iat: seconds,
    ims: nowMs,
    exp: seconds + 600,
    marks,
  };
  const text = `${part({ alg: 'HS256', typ: 'JWT' })}.${part(claims)}`;
  const key = secrets['ADMIN_JWT_SECRET'] ?? '';
  return `${text}.${createHmac('sha256', key).update(text).digest('base64url')}`;
};

const admin = { token: adminToken('wechat:read', 'wechat:write', 'wechat:refresh') };
const appsPath = '/admin/v1/wechat-ccs/apps';

interface App {
  readonly appId: string;
  readonly version: number;
  readonly token: { readonly version: number; readonly isUsable: boolean };
}

const listApps = async () => {
  const { status, body } = await client.get<{ items: App[] }>(appsPath, admin);
  t.equal(status, 200);
  return body.data.items;
};

const tokenOf = async (appId: string): Promise<string> => {
  const path = `/internal/v1/wechat-ccs/apps/${appId}/access-token`;
  return (await client.get<{ accessToken: string }>(path, internal)).body.data.accessToken;
};

await t.test('an admin sees how the tokens are, and never a token', async (t) => {
  const token = await tokenOf(miniProgram);

  const { body } = await client.get<{ items: App[] }>(appsPath, admin);

  t.strictSame(
    body.data.items.map(({ appId }) => appId).sort(),
    [miniProgram, officialAccount].sort(),
  );
  t.match(
    body.data.items.find(({ appId }) => appId === miniProgram),
    { source: 'env', isEnabled: true, version: 0, token: { isUsable: true, forcesLeftToday: 20 } },
  );
  const text = JSON.stringify(body);
  for (const secret of [token, secrets['WXMP_APPSECRET'] ?? '', secrets['WXOA_APPSECRET'] ?? '']) {
    t.ok(secret.length > 10);
    t.notOk(text.includes(secret));
  }
});

await t.test('a forced refresh replaces the token, and a second one has to wait', async (t) => {
  const before = await tokenOf(miniProgram);
  const path = `${appsPath}/${miniProgram}/refresh`;

  const forced = await client.post<{ version: number }>(path, { force: true }, admin);
  const again = await client.post(path, { force: true }, admin);

  t.equal(forced.status, 200);
  t.not(await tokenOf(miniProgram), before);
  t.equal(again.status, 429);
  t.equal(again.body.type, 'WECHAT_FORCE_TOO_SOON');
  const app = (await listApps()).find(({ appId }) => appId === miniProgram);
  t.match(app?.token, { version: forced.body.data.version, forcesLeftToday: 19 });
  t.ok((await suite.signIn()).accessToken, 'the shop goes on');
});

await t.test('a wrong secret is refused with the errcode and what to do', async (t) => {
  const answer = await client.send('PATCH', `${appsPath}/${officialAccount}`, {
    ...admin,
    body: { version: 0, secret: 'f'.repeat(32) },
    headers: { 'accept-language': 'en' },
  });

  t.equal(answer.status, 400);
  t.equal(answer.body.type, 'WECHAT_APP_REFUSED');
  t.match(answer.body.errors, [
    { field: 'secret', rule: 'errcode_40125', message: /AppSecret is wrong/ },
  ]);
});

await t.test('each route wants its mark, and an admin at all', async (t) => {
  const reader = { token: adminToken('wechat:read') };
  const user = { token: (await suite.signIn()).accessToken };

  const answers = await Promise.all([
    client.post(`${appsPath}/${miniProgram}/refresh`, {}, reader),
    client.send('PATCH', `${appsPath}/${miniProgram}`, { ...reader, body: { version: 0 } }),
    client.get(appsPath, { token: adminToken('order:ship') }),
    client.get(appsPath, user),
    client.get(appsPath),
  ]);

  t.strictSame(
    answers.map(({ status, body }) => [status, body.type]),
    [
      [403, 'ACTION_FORBIDDEN'],
      [403, 'ACTION_FORBIDDEN'],
      [403, 'ACTION_FORBIDDEN'],
      [401, 'TOKEN_AUDIENCE_INVALID'],
      [401, 'TOKEN_MISSING'],
    ],
  );
});

await t.test('a page of an allowed host gets a signature made with the ticket', async (t) => {
  const page = 'https://m.example.com/goods?id=1&from=timeline';
  const query = `/api/v1/wechat/js-config?url=${encodeURIComponent(`${page}#top`)}`;
  const ticketPath = `/internal/v1/wechat-ccs/apps/${officialAccount}/jsapi-ticket`;

  const { status, body } = await client.get<Record<string, string | number>>(query);
  const { ticket } = (await client.get<{ ticket: string }>(ticketPath, internal)).body.data;

  t.equal(status, 200);
  const { appId, nonceStr, timestamp, signature } = body.data;
  t.equal(appId, officialAccount);
  const text = `jsapi_ticket=${ticket}&noncestr=${nonceStr}&timestamp=${timestamp}&url=${page}`;
  t.equal(signature, createHash('sha1').update(text).digest('hex'));
  for (const url of ['https://evil.example/', 'http://m.example.com/']) {
    const refused = await client.get(`/api/v1/wechat/js-config?url=${encodeURIComponent(url)}`);
    t.equal(refused.status, 403);
    t.equal(refused.body.type, 'WECHAT_JS_URL_FORBIDDEN');
  }
});

await t.test('a disabled app is gone for everybody, and enabled it is back', async (t) => {
  const path = `${appsPath}/${officialAccount}`;
  const tokenPath = `/internal/v1/wechat-ccs/apps/${officialAccount}/access-token`;

  const off = await client.send('PATCH', path, {
    ...admin,
    body: { version: 0, isEnabled: false },
  });
  const stale = await client.send('PATCH', path, { ...admin, body: { version: 0, name: 'x' } });
  const gone = await client.get(tokenPath, internal);
  const on = await client.send('PATCH', path, { ...admin, body: { version: 1, isEnabled: true } });

  t.equal(off.status, 200);
  t.strictSame([stale.status, stale.body.type], [409, 'WECHAT_APP_CHANGED']);
  t.strictSame([gone.status, gone.body.type], [404, 'WECHAT_APP_UNKNOWN']);
  t.equal(on.status, 200);
  await eventually(async () => (await client.get(tokenPath, internal)).status === 200);
});
