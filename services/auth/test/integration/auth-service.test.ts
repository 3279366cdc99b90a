import { auth, user, type PayloadOf } from '@app/contracts';
import type { Caller, FactMessage } from '@app/runtime';
import { eventually } from '@app/testing';
import jwt from 'jsonwebtoken';
import t from 'tap';
import { createSuite, SIGNING_KEY } from '../support/auth-suite.ts';
import { ids } from '../support/builders.ts';

const { loginWithWechat, refreshTokens, logout, listMySessions, endMySession, endAllMySessions } =
  auth.actions;

const suite = await createSuite(t);
const neighbours = await suite.startNeighbours();
const nodes = [await suite.startNode(), await suite.startNode()];
const gateway = await suite.startGateway();
const other = await suite.startGateway();
const { call } = gateway.host;
for (const host of [gateway.host, other.host]) {
  await eventually(() => host.call(auth.actions.listRevocations, { sinceMs: 0 }));
}

const facts: FactMessage[] = [];
for (const fact of Object.values(auth.facts)) {
  const consumer = neighbours.facts.consume({
    consumer: `test-${fact.name.replace('.', '-')}`,
    fact: fact.name,
    handle: (delivery) => {
      facts.push(delivery);
      return Promise.resolve();
    },
  });
  await consumer.start();
  t.teardown(() => consumer.stop());
}
const endsOf = (userId: string) =>
  facts
    .filter(({ name }) => name === auth.facts.sessionRevoked.name)
    .map(({ payload }) => payload as PayloadOf<typeof auth.facts.sessionRevoked>)
    .filter((payload) => payload.userId === userId);

const asPublic = { caller: { kind: 'public' } as const, userAgent: 'MicroMessenger/8.0' };
const on = (index: number) => ({ nodeId: nodes[index]!.nodeId });
let codes = 0;

/** Signs in; the same openid is the same person. */
const signIn = async (openid = `o${ids.next()}`) => {
  codes += 1;
  const result = await call(loginWithWechat, { code: `code-${openid}-${String(codes)}` }, asPublic);
  const claims = jwt.verify(result.accessToken, SIGNING_KEY, {
    algorithms: ['HS256'],
    clockTimestamp: Math.floor(suite.nowMs() / 1000),
  }) as { sub: string; sid: string; ims: number };
  const caller: Caller = { kind: 'user', userId: claims.sub, sessionId: claims.sid };
  return { ...result, openid, userId: claims.sub, sessionId: claims.sid, claims, caller };
};
const refresh = (refreshToken: string, node = 0) =>
  call(refreshTokens, { refreshToken }, { ...asPublic, ...on(node) });

t.test(
  'a sign-in by WeChat gives a token that verifies, and a session with its device',
  async (t) => {
    const login = await signIn();

    const { items } = await call(listMySessions, {}, { caller: login.caller });

    t.match(login.claims, { iss: 'mall', aud: 'app', sub: login.user.id });
    t.equal(login.user.isNew, true);
    t.match(items, [
      { id: login.sessionId, provider: 'wechat', device: 'MicroMessenger/8.0', isCurrent: true },
    ]);
    await eventually(() =>
      facts.some(
        ({ name, payload }) =>
          name === auth.facts.sessionStarted.name &&
          (payload as { sessionId: string }).sessionId === login.sessionId,
      ),
    );
  },
);

t.test('a used code and a frozen account are refused with their own errors', async (t) => {
  const code = `code-o${ids.next()}-0`;
  await call(loginWithWechat, { code }, asPublic);
  const { userId, openid } = await signIn();
  suite.neighbours.frozen.add(userId);

  await t.rejects(call(loginWithWechat, { code }, asPublic), { code: 'WECHAT_CODE_INVALID' });
  await t.rejects(signIn(openid), { code: 'USER_FROZEN' });
});

t.test('200 parallel refreshes over two nodes give everybody the same new pair', async (t) => {
  const login = await signIn();

  const pairs = await Promise.all(
    Array.from({ length: 200 }, (_, index) => refresh(login.refreshToken, index % 2)),
  );

  t.equal(new Set(pairs.map((pair) => JSON.stringify(pair))).size, 1);
  const [row] = await suite.database.sql(
    'select count(*) as tokens from refresh_token where session_id = ?',
    [login.sessionId],
  );
  t.equal(row?.['tokens'], 2);
});

t.test('a reuse after the grace fails, and yet the family has ended for good', async (t) => {
  const login = await signIn();
  const pair = await refresh(login.refreshToken);
  suite.advance(10_001);

  await t.rejects(refresh(login.refreshToken), { code: 'REFRESH_TOKEN_REUSED' });

  t.ok(gateway.heard.some(({ subject }) => subject === login.sessionId));
  const [row] = await suite.database.sql('select revoked_at from session where id = ?', [
    login.sessionId,
  ]);
  t.ok(row?.['revoked_at'], 'the revocation was committed although the call failed');
  await t.rejects(refresh(pair.refreshToken, 1), { code: 'TOKEN_REVOKED' });
  await eventually(() => endsOf(login.userId).length > 0);
  t.match(endsOf(login.userId), [{ sessionId: login.sessionId, reason: 'refresh-reuse' }]);
});

t.test('twenty late reuses at once end the family once', async (t) => {
  const login = await signIn();
  await refresh(login.refreshToken);
  suite.advance(10_001);

  const results = await Promise.allSettled(
    Array.from({ length: 20 }, (_, index) => refresh(login.refreshToken, index % 2)),
  );

  const refused = new Set(
    results.map((result) =>
      result.status === 'rejected' ? (result.reason as { code: string }).code : 'a pair',
    ),
  );
  t.ok(refused.delete('REFRESH_TOKEN_REUSED'));
  refused.delete('TOKEN_REVOKED'); // those that came after the family had ended
  t.same([...refused], []);
  const marker = await signIn();
  await call(logout, {}, { caller: marker.caller });
  await eventually(() => endsOf(marker.userId).length === 1);
  t.equal(endsOf(login.userId).length, 1);
});

t.test('when a logout is answered its gateway has heard of it already', async (t) => {
  for (let round = 0; round < 20; round += 1) {
    const login = await signIn();

    await call(logout, {}, { caller: login.caller });

    const entry = gateway.heard.find(({ subject }) => subject === login.sessionId);
    t.ok(entry !== undefined && entry.revokedAtMs >= login.claims.ims, `round ${String(round)}`);
    // Whatever reaches another gateway after the answer finds the hint there first.
    await other.host.call(auth.actions.listRevocations, { sinceMs: suite.nowMs() });
    t.ok(other.heard.some(({ subject }) => subject === login.sessionId));
  }
});

t.test('a gateway that missed every hint finds the revocations by asking', async (t) => {
  const sinceMs = suite.nowMs();
  const login = await signIn();
  await call(logout, {}, { caller: login.caller });

  const { items, nowMs } = await call(auth.actions.listRevocations, { sinceMs });

  t.ok(items.some(({ kind, subject }) => kind === 'session' && subject === login.sessionId));
  t.ok(nowMs >= sinceMs);
});

t.test('a session is ended from another device, never from another person', async (t) => {
  const phone = await signIn();
  const pad = await signIn(phone.openid);
  const stranger = await signIn();

  await t.rejects(call(endMySession, { id: pad.sessionId }, { caller: stranger.caller }), {
    code: 'SESSION_NOT_FOUND',
  });
  await call(endMySession, { id: pad.sessionId }, { caller: phone.caller });

  await t.rejects(refresh(pad.refreshToken), { code: 'TOKEN_REVOKED' });
  await refresh(phone.refreshToken);
});

t.test('logging out everywhere ends all, and the next sign-in is alive', async (t) => {
  const first = await signIn();
  const second = await signIn(first.openid);

  await call(endAllMySessions, {}, { caller: first.caller });
  const third = await signIn(first.openid);

  const entry = gateway.heard.find(({ subject }) => subject === first.userId);
  t.equal(entry?.kind, 'user');
  for (const { claims } of [first, second]) t.ok(claims.ims <= (entry?.revokedAtMs ?? 0));
  t.ok(third.claims.ims > (entry?.revokedAtMs ?? 0));
  await t.rejects(refresh(second.refreshToken), { code: 'TOKEN_REVOKED' });
  await refresh(third.refreshToken);
});

t.test(
  'a frozen user is out within a second, once, however often the fact is published',
  async (t) => {
    const login = await signIn();
    await signIn(login.openid);
    const fact: FactMessage = {
      id: ids.next(),
      name: user.facts.frozen.name,
      payload: { userId: login.userId, reason: 'fraud', frozenAtMs: suite.nowMs() },
      occurredAtMs: suite.nowMs(),
    };

    await neighbours.facts.publish(fact);
    await eventually(() => other.heard.some(({ subject }) => subject === login.userId), {
      withinMs: 1000,
    });
    await neighbours.facts.publish(fact);
    await t.rejects(refresh(login.refreshToken), { code: 'TOKEN_REVOKED' });
    await eventually(() => endsOf(login.userId).length === 2);

    const marker = await signIn();
    await neighbours.facts.publish({
      ...fact,
      id: ids.next(),
      payload: { ...(fact.payload as object), userId: marker.userId },
    });
    await eventually(() => endsOf(marker.userId).length === 1);
    t.same(
      endsOf(login.userId).map(({ reason }) => reason),
      ['frozen', 'frozen'],
    );
  },
);

t.test('an account frozen while it signs in gets no session', async (t) => {
  const { userId, openid } = await signIn();
  // The fake lets the sign-in pass and says "frozen" only when asked again.
  const { has } = suite.neighbours.frozen;
  let looks = 0;
  suite.neighbours.frozen.has = (id: string) => {
    if (id !== userId) return has.call(suite.neighbours.frozen, id);
    looks += 1;
    return looks > 1;
  };

  await t.rejects(signIn(openid), { code: 'USER_FROZEN' });
  suite.neighbours.frozen.has = has;

  const [row] = await suite.database.sql(
    'select count(*) as live from session where user_id = ? and revoked_at is null',
    [userId],
  );
  t.equal(row?.['live'], 1);
});

t.test('the phone that WeChat verified is bound, and refusals pass through', async (t) => {
  const { caller } = await signIn();
  const bind = (phone: string) => call(auth.actions.bindWechatPhone, { code: phone }, { caller });
  suite.neighbours.takenPhones.add('13900000000');

  t.same(await bind('phone-13812345678'), { phone: '138****5678' });
  await t.rejects(bind('phone-13812345678'), {
    code: 'WECHAT_PHONE_CODE_INVALID',
    kind: 'invalid',
  });
  await t.rejects(bind('phone-13900000000'), { code: 'PHONE_BOUND_TO_OTHER_ACCOUNT' });
});

t.test('no token, sealed pairs included, can be read from a dump of the database', async (t) => {
  const login = await signIn();
  const pair = await refresh(login.refreshToken);

  let dump = '';
  for (const row of await suite.database.sql('show tables')) {
    const [table] = Object.values(row);
    dump += JSON.stringify(await suite.database.sql(`select * from \`${String(table)}\``));
  }

  t.ok(dump.includes(login.sessionId), 'the dump is of the right schema');
  for (const { accessToken, refreshToken } of [login, pair]) {
    t.notOk(dump.includes(refreshToken));
    t.notOk(dump.includes(refreshToken.slice(3)));
    t.notOk(dump.includes(accessToken));
  }
});

t.test('unknown and absurd refresh tokens are refused without a trace', async (t) => {
  await t.rejects(refresh('rt_unknown'), { code: 'REFRESH_TOKEN_INVALID' });
  await t.rejects(refresh("' or 1=1 -- "), { code: 'REFRESH_TOKEN_INVALID' });
  await t.rejects(refresh('x'.repeat(257)), { code: 'VALIDATION_FAILED' });
});

t.test('actions refuse whom they are not meant for', async (t) => {
  const { caller } = await signIn();
  const forbidden = { code: 'CALLER_FORBIDDEN' };

  await t.rejects(call(logout, {}, asPublic), forbidden);
  await t.rejects(call(auth.actions.listRevocations, { sinceMs: 0 }, { caller }), forbidden);
});
