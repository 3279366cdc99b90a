import { setTimeout as pause } from 'node:timers/promises';
import { eventually, startMariadb, startNats, startRedis, type TestServer } from '@app/testing';
import t from 'tap';
import { startLoad } from '../support/load.ts';
import { startSuite } from '../support/suite.ts';

const [mariadb, redis, nats] = await Promise.all([startMariadb(), startRedis(), startNats()]);
const suite = await startSuite({
  stores: {
    mysqlAddr: mariadb.addr,
    mysqlUser: mariadb.user,
    mysqlPass: mariadb.password,
    redisAddr: redis.addr,
    natsUrl: nats.url,
  },
});
t.teardown(async () => {
  await suite.stop();
  await Promise.all([mariadb.close(), redis.close(), nats.close()]);
});
const shoppers = await Promise.all(Array.from({ length: 4 }, () => suite.signIn()));
const { client } = suite;

interface Ready {
  readonly parts: readonly {
    readonly service: string;
    readonly part: string;
    readonly ok: boolean;
  }[];
}

/** What is not ready, in the words of /system/ready; empty when all is. */
const notReady = async (): Promise<string> => {
  const { status, body } = await client.get<Ready>('/system/ready');
  if (status === 200) return '';
  const missing = body.data.parts.filter((part) => !part.ok);
  return JSON.stringify(missing);
};

const stores: Readonly<Record<string, TestServer>> = { nats, redis, mariadb };

for (const [name, store] of Object.entries(stores)) {
  await t.test(
    `${name} goes and comes back under load: readiness tells the truth, the suite recovers within ten seconds`,
    async (t) => {
      const load = startLoad(
        shoppers.map((shopper) => ({
          gateway: client,
          token: shopper.accessToken,
          userId: shopper.user.id,
        })),
      );
      t.equal(await notReady(), '');

      await store.down();
      await eventually(
        async () => {
          if ((await notReady()) === '') throw new Error('still says ready');
        },
        { withinMs: 5_000 },
      );
      t.equal((await client.get('/system/health')).status, 200, 'the gateway itself lives');
      await pause(1_500);
      await store.up();
      const upAtMs = performance.now();
      await eventually(
        async () => {
          const missing = await notReady();
          if (missing !== '') throw new Error(`not ready yet: ${missing}`);
          await suite.signIn();
          const { status } = await client.send('PATCH', '/api/v1/users/me', {
            token: shoppers[0]?.accessToken ?? '',
            body: { bio: `after ${name}` },
          });
          if (status !== 200) throw new Error(`a write got ${status}`);
        },
        { withinMs: 10_000 },
      );
      const recoveredAfterMs = performance.now() - upAtMs;
      await pause(300);
      const recoveredAtMs = performance.now();
      await pause(1_000);
      const { answers, wrong } = await load.stop();

      t.ok(recoveredAfterMs < 10_000, `recovered after ${Math.round(recoveredAfterMs)} ms`);
      t.same(wrong, []);
      t.ok(
        answers.every(({ status }) => [200, 500, 502, 503, 504].includes(status)),
        `statuses: ${[...new Set(answers.map(({ status }) => status))].join(', ')}`,
      );
      t.same(
        answers.filter(({ status }) => status === 500).slice(0, 3),
        [],
        'an outage is not a bug of ours: never 500',
      );
      t.same(
        answers
          .filter((answer) => answer.startedMs > recoveredAtMs && answer.status !== 200)
          .slice(0, 3),
        [],
        'all good after recovery',
      );
    },
  );
}

await t.test(
  'what was signed in before is still signed in, and logged-out tokens stay dead',
  async (t) => {
    const [first] = shoppers;
    t.equal(
      (await client.get('/api/v1/users/me', { token: first?.accessToken ?? '' })).status,
      200,
    );
    await client.send('POST', '/api/v1/auth/logout', { token: first?.accessToken ?? '' });
    await redis.down();
    await redis.wipe();
    await redis.up();

    await eventually(async () => {
      const answer = await client.get('/api/v1/users/me', { token: first?.accessToken ?? '' });
      if (answer.body.type !== 'TOKEN_REVOKED') throw new Error(`got ${answer.status}`);
    });
  },
);
