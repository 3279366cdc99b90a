import { fileURLToPath } from 'node:url';
import { auth } from '@app/contracts';
import type { Caller } from '@app/runtime';
import { eventually, spawnNode, testEnv, type TestProcess } from '@app/testing';
import t from 'tap';
import { ADMIN_SECRET, createSuite, SIGNING_KEY } from '../support/auth-suite.ts';
import { ids } from '../support/builders.ts';
import { mysqlEnv } from '../support/mysql-store.ts';

const main = fileURLToPath(new URL('../../src/main.ts', import.meta.url));
const KILLS = 3;

t.test('a logout that a killed node answered stands, and is told once', async (t) => {
  const suite = await createSuite(t);
  const neighbours = await suite.startNeighbours();
  const { host: gateway } = await suite.startGateway();
  const ended: string[] = [];
  const consumer = neighbours.facts.consume({
    consumer: 'test-revoked',
    fact: auth.facts.sessionRevoked.name,
    handle: ({ payload }) => {
      ended.push((payload as { sessionId: string }).sessionId);
      return Promise.resolve();
    },
  });
  await consumer.start();
  t.teardown(() => consumer.stop());
  const start = (): Promise<TestProcess> =>
    spawnNode(main, {
      scope: t,
      env: {
        ENV: 'dev',
        LOG_LEVEL: 'error',
        NATS_URL: testEnv().nats.url,
        NAMESPACE: suite.namespace,
        TRACE_EXPORTER: 'none',
        REDIS_ADDR: testEnv().redis.addr,
        ...mysqlEnv(suite.database),
        JWT_SIGNING_KEY: SIGNING_KEY,
        ADMIN_JWT_SECRET: ADMIN_SECRET,
      },
    });

  // Somebody signs in, refreshes and logs out; each step is repeated until it is answered.
  const untilAnswered = <R>(work: () => Promise<R>): Promise<R> =>
    eventually(work, { withinMs: 30_000, everyMs: 50 });
  const loggedOut: string[] = [];
  const journey = async (): Promise<void> => {
    const openid = `o${ids.next()}`;
    let tries = 0;
    const login = await untilAnswered(() => {
      tries += 1;
      return gateway.call(auth.actions.loginWithWechat, {
        code: `code-${openid}-${String(tries)}`,
      });
    });
    const { refreshToken } = login;
    const first = await untilAnswered(() =>
      gateway.call(auth.actions.refreshTokens, { refreshToken }),
    );
    const again = await untilAnswered(() =>
      gateway.call(auth.actions.refreshTokens, { refreshToken }),
    );
    t.same(again, first, 'the repeat of a refresh gets the same pair, also from another process');
    const [, body = ''] = login.accessToken.split('.');
    const { sid } = JSON.parse(Buffer.from(body, 'base64url').toString()) as { sid: string };
    const caller: Caller = { kind: 'user', userId: login.user.id, sessionId: sid };
    await untilAnswered(() => gateway.call(auth.actions.logout, {}, { caller }));
    loggedOut.push(sid);
  };
  let done = false;
  const person = async (): Promise<void> => {
    while (!done) await journey();
  };

  let node = await start();
  const people = Array.from({ length: 6 }, person);
  for (let kill = 1; kill <= KILLS; kill += 1) {
    const before = loggedOut.length;
    await eventually(() => loggedOut.length >= before + 10, { withinMs: 30_000 });
    await node.kill9();
    node = await start();
  }
  done = true;
  await Promise.all(people);

  const { items } = await untilAnswered(() =>
    gateway.call(auth.actions.listRevocations, { sinceMs: 0 }),
  );
  const revoked = new Set(items.map(({ subject }) => subject));
  t.ok(
    loggedOut.every((id) => revoked.has(id)),
    'a gateway that asks learns of every logout',
  );
  await eventually(() => loggedOut.every((id) => ended.includes(id)), { withinMs: 15_000 });
  t.equal(ended.length, new Set(ended).size, 'no end of a session was told twice');
  t.match(await node.stop(), { code: 0 });
});

t.test('a node without its configuration ends at once and names all that is missing', async (t) => {
  const env = { JWT_SIGNING_KEY: '', MYSQL_PASS: '', NATS_URL: '' };
  const node = await spawnNode(main, { scope: t, env });

  const { code } = await node.exited;

  t.equal(code, 78);
  for (const key of Object.keys(env)) t.ok(node.lines.join('\n').includes(key), key);
});
