import { setTimeout as pause } from 'node:timers/promises';
import { createFactBus } from '@app/runtime';
import type { TestDatabase } from '@app/testing';
import { createDatabase, createOutbox, factConsumer } from '../../src/index.ts';
import { happened } from './facts.ts';
import { configFor, testHost, type TestTables } from './store.ts';

// A service that tells facts, relays them and takes its own, until the test kills it.
const place = JSON.parse(process.env['CHILD_STORE'] ?? '') as TestDatabase;
const round = process.env['CHILD_ROUND'] ?? '';
const point = process.env['CHILD_POINT'];

const base = testHost();
const db = createDatabase<TestTables>(configFor(place, { mysqlPoolSize: 5 }), {
  host: base,
  service: 'test',
});
const facts = createFactBus({
  natsUrl: process.env['CHILD_NATS'] ?? '',
  namespace: process.env['CHILD_NAMESPACE'] ?? '',
  logger: base.logger,
  clock: base.clock,
  ackWaitMs: 1_000,
});

let publications = 0;
const dying: typeof facts = {
  ...facts,
  publish: async (message) => {
    publications += 1;
    const last = publications >= 5;
    // The fact is committed, nobody has published it.
    if (last && point === 'before publish')
      await new Promise(() => process.stdout.write('ready to die\n'));
    await facts.publish(message);
    // JetStream has it, the row does not say so.
    if (last && point === 'before mark')
      await new Promise(() => process.stdout.write('ready to die\n'));
  },
};
const host = { ...base, facts: dying };
const outbox = createOutbox(db, host, { pollMs: 50 });
const consumer = factConsumer({
  host,
  db,
  fact: happened,
  handle: async ({ name }, { tx }) => {
    await tx.insertInto('effect').values({ name }).execute();
  },
});

await db.start();
await facts.start();
await outbox.relay.start();
await consumer.start();
for (let n = 0; ; n += 1) {
  await db.transaction((tx) => outbox.add(tx, happened, { name: `${round}-${n}` }));
  if (n === 0) process.stdout.write('at work\n');
  await pause(2);
}
