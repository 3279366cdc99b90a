import { fileURLToPath } from 'node:url';
import { user } from '@app/contracts';
import type { Caller } from '@app/runtime';
import { eventually, spawnNode, testEnv, type TestProcess } from '@app/testing';
import t from 'tap';
import { addressFields, anIdentity, ids } from '../support/builders.ts';
import { INDEX_KEY, K1, mysqlEnv } from '../support/mysql-store.ts';
import { createSuite } from '../support/user-node.ts';

const main = fileURLToPath(new URL('../../src/main.ts', import.meta.url));
const KILLS = 3;

t.test(
  'whatever a killed node had answered stands, and every fact of it is told once',
  async (t) => {
    const suite = await createSuite(t);
    const neighbour = await suite.startNeighbour();
    const told: string[] = [];
    const consumer = neighbour.facts.consume({
      consumer: 'test-registered',
      fact: user.facts.registered.name,
      handle: ({ payload }) => {
        told.push((payload as { userId: string }).userId);
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
          DATA_KEYS: K1,
          DATA_INDEX_KEY: INDEX_KEY,
        },
      });

    // A person registers and adds one address; both are repeated until they are answered.
    const untilAnswered = <R>(work: () => Promise<R>): Promise<R> =>
      eventually(work, { withinMs: 30_000, everyMs: 50 });
    const people: string[] = [];
    const journey = async (): Promise<void> => {
      const keys = [anIdentity()];
      const { profile } = await untilAnswered(() =>
        neighbour.call(user.actions.findOrCreateByIdentity, { keys }),
      );
      const caller: Caller = { kind: 'user', userId: profile.id, sessionId: profile.id };
      const idempotencyKey = ids.next();
      await untilAnswered(() =>
        neighbour.call(user.actions.createMyAddress, addressFields(), { caller, idempotencyKey }),
      );
      people.push(profile.id);
    };
    let done = false;
    const shopper = async (): Promise<void> => {
      while (!done) await journey();
    };

    let node = await start();
    const shoppers = Array.from({ length: 6 }, shopper);
    for (let kill = 1; kill <= KILLS; kill += 1) {
      const before = people.length;
      await eventually(() => people.length >= before + 10, { withinMs: 30_000 });
      await node.kill9();
      node = await start();
    }
    done = true;
    await Promise.all(shoppers);

    await eventually(() => people.every((id) => told.includes(id)), { withinMs: 15_000 });
    t.equal(told.length, new Set(told).size, 'no registration was told twice');
    const [row] = await suite.database.sql(
      'select count(*) as addresses, count(distinct user_id) as owners from address',
    );
    t.equal(row?.['addresses'], row?.['owners'], 'no repeat of a key added a second address');
    t.equal(row?.['owners'], people.length);
    t.match(await node.stop(), { code: 0 });
  },
);

t.test('a node without its configuration ends at once and names all that is missing', async (t) => {
  const env = { DATA_KEYS: 'k1:short', DATA_INDEX_KEY: '', MYSQL_PASS: '', NATS_URL: '' };
  const node = await spawnNode(main, { scope: t, env });

  const { code } = await node.exited;

  t.equal(code, 78);
  for (const key of ['DATA_KEYS', 'DATA_INDEX_KEY', 'MYSQL_PASS', 'NATS_URL']) {
    t.ok(node.lines.join('\n').includes(key), key);
  }
});
