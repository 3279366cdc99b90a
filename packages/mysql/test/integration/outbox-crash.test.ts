import t from 'tap';
import { setTimeout as pause } from 'node:timers/promises';
import { createFactBus } from '@app/runtime';
import { dropNamespace, eventually, spawnNode, testEnv, testNamespace } from '@app/testing';
import { createOutbox, factConsumer } from '../../src/index.ts';
import { happened } from '../support/facts.ts';
import { openStore } from '../support/store.ts';

/** `CRASH_ROUNDS` for a longer run. */
const ROUNDS = Number(process.env['CRASH_ROUNDS'] ?? 20);
const store = await openStore(t, 'crash');
const namespace = testNamespace();
const natsUrl = testEnv().nats.url;
t.teardown(() => dropNamespace(namespace, natsUrl));

const points = ['before publish', 'before mark', 'anywhere', 'anywhere'] as const;

t.setTimeout(60_000 + ROUNDS * 5_000);

t.test(
  `a service killed ${ROUNDS} times: every committed fact took effect exactly once`,
  async (t) => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const point = points[round % points.length] ?? 'anywhere';
      const child = await spawnNode(`${import.meta.dirname}/../support/outbox-child.ts`, {
        scope: t,
        env: {
          CHILD_STORE: JSON.stringify(store.place),
          CHILD_NATS: natsUrl,
          CHILD_NAMESPACE: namespace,
          CHILD_ROUND: String(round),
          CHILD_POINT: point,
        },
      });
      await child.waitForLine(point === 'anywhere' ? /at work/ : /ready to die/, 30_000);
      if (point === 'anywhere') await pause(Math.random() * 150);
      await child.kill9();
    }

    const facts = createFactBus({
      natsUrl,
      namespace,
      logger: store.host.logger,
      clock: store.host.clock,
      ackWaitMs: 1_000,
    });
    const host = { ...store.host, facts };
    const { relay } = createOutbox(store.db, host, { pollMs: 20 });
    const consumer = factConsumer({
      host,
      db: store.db,
      fact: happened,
      handle: async ({ name }, { tx }) => {
        await tx.insertInto('effect').values({ name }).execute();
      },
    });
    for (const part of [facts, relay, consumer]) await part.start();
    t.teardown(async () => {
      for (const part of [consumer, relay, facts]) await part.stop();
    });
    const told = (await store.db.write.selectFrom('outbox').select('payload').execute()).map(
      ({ payload }) => (JSON.parse(payload) as { name: string }).name,
    );
    const done = async (): Promise<readonly string[]> =>
      (await store.db.write.selectFrom('effect').select('name').execute()).map(({ name }) => name);

    await eventually(async () => (await done()).length >= told.length, {
      withinMs: 60_000,
      everyMs: 100,
    });

    t.ok(told.length > ROUNDS, `${told.length} facts were committed`);
    t.same([...(await done())].sort(), [...told].sort());
  },
);
