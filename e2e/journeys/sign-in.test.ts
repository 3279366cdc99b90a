import t from 'tap';
import { startSuite, type SignedIn } from '../support/suite.ts';

const suite = await startSuite();
t.teardown(() => suite.stop());
const { client } = suite;

interface Address {
  readonly id: string;
  readonly isDefault: boolean;
  readonly detail: string;
}
const home = {
  name: '张小明',
  phone: '13812345678',
  province: '广东省',
  city: '深圳市',
  district: '南山区',
  detail: '科技园 1 号楼 101',
};

await t.test(
  'a shopper signs in, edits the profile, adds an address, binds a phone, refreshes, logs out',
  async (t) => {
    const { code } = await suite.loginCode();

    const login = await client.post<SignedIn>('/api/v1/auth/wechat/login', { code });
    t.equal(login.status, 200);
    t.match(login.body, { code: 200, message: 'Success' });
    t.equal(login.headers.get('x-request-id'), login.body.requestId);
    t.match(login.headers.get('traceparent'), /^00-[0-9a-f]{32}-[0-9a-f]{16}-0[01]$/);
    t.equal(login.body.data.expiresIn, 7200);
    t.match(login.body.data.user, { phone: null, isNew: true });
    const token = login.body.data.accessToken;

    const me = await client.get<Record<string, unknown>>('/api/v1/users/me', { token });
    t.equal(me.status, 200);
    t.equal(me.body.data['id'], login.body.data.user.id);

    const patched = await client.send<Record<string, unknown>>('PATCH', '/api/v1/users/me', {
      token,
      body: { nickname: '小红', avatarUrl: 'https://img.example.com/a.png', bio: '爱购物' },
    });
    t.equal(patched.status, 200);
    t.match(patched.body.data, {
      nickname: '小红',
      avatarUrl: 'https://img.example.com/a.png',
      bio: '爱购物',
    });
    t.equal(
      (await client.get<Record<string, unknown>>('/api/v1/users/me', { token })).body.data[
        'nickname'
      ],
      '小红',
    );

    const created = await client.post<Address>(
      '/api/v1/users/me/addresses',
      { ...home, isDefault: false },
      { token },
    );
    t.equal(created.status, 201);
    t.equal(created.body.code, 201);
    t.equal(created.body.data.isDefault, true, 'the first address is the default one');
    const second = await client.post<Address>(
      '/api/v1/users/me/addresses',
      { ...home, detail: '2', isDefault: true },
      { token },
    );
    const list = await client.get<{ items: Address[]; nextCursor: string | null }>(
      '/api/v1/users/me/addresses',
      { token },
    );
    t.same(
      list.body.data.items.map((address) => address.isDefault),
      [true, false],
    );
    t.equal(list.body.data.items[0]?.id, second.body.data.id);
    const replaced = await client.send<Address>(
      'PUT',
      `/api/v1/users/me/addresses/${created.body.data.id}`,
      {
        token,
        body: { ...home, detail: '科技园 2 号楼', isDefault: true },
      },
    );
    t.match(replaced.body.data, { detail: '科技园 2 号楼', isDefault: true });
    const deleted = await client.send(
      'DELETE',
      `/api/v1/users/me/addresses/${second.body.data.id}`,
      { token },
    );
    t.equal(deleted.status, 200);
    t.equal(deleted.body.data, null);

    const phone = await client.post<{ phone: string }>(
      '/api/v1/users/me/phone',
      { code: await suite.phoneCode('13812345678') },
      { token },
    );
    t.equal(phone.status, 200, JSON.stringify(phone.body));
    t.equal(phone.body.data.phone, '138****5678');

    const refreshed = await client.post<SignedIn>('/api/v1/auth/refresh', {
      refreshToken: login.body.data.refreshToken,
    });
    t.equal(refreshed.status, 200);
    t.same(Object.keys(refreshed.body.data).sort(), ['accessToken', 'expiresIn', 'refreshToken']);
    t.not(refreshed.body.data.refreshToken, login.body.data.refreshToken);
    const next = refreshed.body.data.accessToken;

    const logout = await client.send('POST', '/api/v1/auth/logout', { token: next });
    t.equal(logout.status, 200);
    t.equal(logout.body.data, null);
    const refused = await client.get('/api/v1/users/me', { token: next });
    t.equal(refused.status, 401);
    t.equal(refused.body.type, 'TOKEN_REVOKED');
    t.equal(
      (await client.get('/api/v1/users/me', { token })).body.type,
      'TOKEN_REVOKED',
      'the older access token of the session is dead too',
    );
  },
);

await t.test('the same openid is the same person, the second time not new', async (t) => {
  const first = await suite.signIn();
  const { openid } = await suite.loginCode();
  const again = await suite.signIn(openid);
  const third = await suite.signIn(openid);

  t.not(first.user.id, again.user.id);
  t.equal(again.user.isNew, true);
  t.equal(third.user.isNew, false);
  t.equal(third.user.id, again.user.id);
});

await t.test('30 parallel first logins of one openid make one person', async (t) => {
  const { openid } = await suite.loginCode();

  const logins = await Promise.all(Array.from({ length: 30 }, () => suite.signIn(openid)));

  t.equal(new Set(logins.map((login) => login.user.id)).size, 1);
  t.equal(logins.filter((login) => login.user.isNew).length, 1);
});

await t.test(
  'a login code works once; a code WeChat does not know is refused with its own type',
  async (t) => {
    const { code } = await suite.loginCode();
    await client.post('/api/v1/auth/wechat/login', { code });

    for (const bad of [code, 'never-issued']) {
      const answer = await client.post('/api/v1/auth/wechat/login', { code: bad });
      t.equal(answer.status, 401);
      t.equal(answer.body.type, 'WECHAT_CODE_INVALID');
    }
  },
);

await t.test("another user's address is 404, to read, change or delete", async (t) => {
  const owner = await suite.signIn();
  const stranger = await suite.signIn();
  const { body } = await client.post<Address>('/api/v1/users/me/addresses', home, {
    token: owner.accessToken,
  });

  for (const method of ['PUT', 'DELETE']) {
    const answer = await client.send(method, `/api/v1/users/me/addresses/${body.data.id}`, {
      token: stranger.accessToken,
      ...(method === 'PUT' ? { body: home } : {}),
    });
    t.equal(answer.status, 404);
    t.equal(answer.body.type, 'ADDRESS_NOT_FOUND');
  }
});

await t.test(
  'an address created twice with one Idempotency-Key exists once, and the answer is the same',
  async (t) => {
    const { accessToken: token } = await suite.signIn();
    const headers = { 'idempotency-key': 'address-key-0001' };

    const answers = await Promise.all(
      Array.from({ length: 10 }, () =>
        client.post<Address>('/api/v1/users/me/addresses', home, { token, headers }),
      ),
    );

    t.same([...new Set(answers.map((answer) => answer.status))], [201]);
    t.equal(new Set(answers.map((answer) => answer.body.data.id)).size, 1);
    const list = await client.get<{ items: Address[] }>('/api/v1/users/me/addresses', { token });
    t.equal(list.body.data.items.length, 1);
    const other = await client.post(
      '/api/v1/users/me/addresses',
      { ...home, detail: 'other' },
      { token, headers },
    );
    t.equal(other.status, 422);
    t.equal(other.body.type, 'IDEMPOTENCY_KEY_REUSED');
  },
);

await t.test(
  'a frozen user is refused within a second, and can sign in again once unfrozen',
  async (t) => {
    const { openid } = await suite.loginCode();
    const { accessToken: token, user } = await suite.signIn(openid);
    const internal = { headers: { 'x-internal-key': suite.secrets['INTERNAL_API_KEY'] ?? '' } };

    const frozen = await client.post(
      `/internal/v1/users/${user.id}/freeze`,
      { reason: 'fraud' },
      internal,
    );
    t.equal(frozen.status, 200, JSON.stringify(frozen.body));
    const deadline = Date.now() + 1000;
    let answer = await client.get('/api/v1/users/me', { token });
    while (answer.status === 200 && Date.now() < deadline)
      answer = await client.get('/api/v1/users/me', { token });
    t.equal(answer.status, 401);
    t.equal(answer.body.type, 'TOKEN_REVOKED');
    const { code } = await suite.loginCode(openid);
    const login = await client.post('/api/v1/auth/wechat/login', { code });
    t.equal(login.status, 403);
    t.equal(login.body.type, 'USER_FROZEN');

    await client.send('POST', `/internal/v1/users/${user.id}/unfreeze`, internal);
    const again = await suite.signIn(openid);
    t.equal((await client.get('/api/v1/users/me', { token: again.accessToken })).status, 200);
  },
);

await t.test('a phone number that belongs to somebody else is a conflict', async (t) => {
  const first = await suite.signIn();
  const second = await suite.signIn();
  await client.post(
    '/api/v1/users/me/phone',
    { code: await suite.phoneCode('13900001111') },
    { token: first.accessToken },
  );

  const answer = await client.post(
    '/api/v1/users/me/phone',
    { code: await suite.phoneCode('13900001111') },
    { token: second.accessToken },
  );

  t.equal(answer.status, 409);
  t.equal(answer.body.type, 'PHONE_BOUND_TO_OTHER_ACCOUNT');
});

await t.test('sessions can be listed, ended one by one, and all at once', async (t) => {
  const { openid } = await suite.loginCode();
  const phone = await suite.signIn(openid);
  const tablet = await suite.signIn(openid);
  const desk = await suite.signIn(openid);
  interface Session {
    readonly id: string;
    readonly isCurrent: boolean;
  }

  const list = await client.get<{ items: Session[] }>('/api/v1/auth/sessions', {
    token: phone.accessToken,
  });
  t.equal(list.body.data.items.length, 3);
  t.equal(list.body.data.items.filter((session) => session.isCurrent).length, 1);
  const ofTablet = (
    await client.get<{ items: Session[] }>('/api/v1/auth/sessions', { token: tablet.accessToken })
  ).body.data.items.find((session) => session.isCurrent);
  await client.send('DELETE', `/api/v1/auth/sessions/${ofTablet?.id}`, {
    token: phone.accessToken,
  });
  t.equal(
    (await client.get('/api/v1/users/me', { token: tablet.accessToken })).body.type,
    'TOKEN_REVOKED',
  );
  t.equal((await client.get('/api/v1/users/me', { token: desk.accessToken })).status, 200);

  await client.send('DELETE', '/api/v1/auth/sessions', { token: phone.accessToken });
  for (const { accessToken } of [phone, desk]) {
    t.equal(
      (await client.get('/api/v1/users/me', { token: accessToken })).body.type,
      'TOKEN_REVOKED',
    );
  }
  const refresh = await client.post('/api/v1/auth/refresh', { refreshToken: desk.refreshToken });
  t.equal(refresh.status, 401);
  const after = await suite.signIn(openid);
  t.equal(
    (await client.get('/api/v1/users/me', { token: after.accessToken })).status,
    200,
    'a login right after log-out-everywhere works',
  );
});

await t.test('no token, secret, session key, phone or openid stands in any log', async (t) => {
  const openid = `o-scan-${suite.secrets['WXMP_APPID']}`;
  const signedIn = await suite.signIn(openid);
  await client.post(
    '/api/v1/users/me/phone',
    { code: await suite.phoneCode('13777778888') },
    { token: signedIn.accessToken },
  );
  await client.post('/api/v1/auth/wechat/login', { code: 'never-issued' });

  const tokenLog = JSON.stringify(
    await (await fetch(`${suite.sandboxUrl}/__sandbox/wechat/token-log`)).json(),
  );
  const forbidden = [
    signedIn.accessToken,
    signedIn.refreshToken,
    '13777778888',
    openid,
    ...Object.values(suite.secrets).filter((value) => !value.startsWith('wx')),
  ];
  for (const process of suite.processes.filter((one) => one.name !== 'sandbox')) {
    const output = process.output();
    t.ok(output.length > 0, `${process.name} logs`);
    for (const value of forbidden)
      t.notOk(output.includes(value), `${process.name} keeps it to itself`);
    t.notMatch(output, /session_key"?[:=]\s*"?[A-Za-z0-9+/]{22}==/);
  }
  t.ok(tokenLog.length > 0);
});
