import t from 'tap';
import type { RowDataPacket } from 'mysql2/promise';
import { runInRequest, type FactMessage } from '@app/runtime';
import { eventually } from '@app/testing';
import { createOutbox, factConsumer, fromSqlTime, type Outbox } from '../../src/index.ts';
import { createHousekeeping, purgeInbox } from '../../src/housekeeping.ts';
import { outboxOldestAge, outboxUnpublished } from '../../src/metrics.ts';
import { happened, memoryFacts } from '../support/facts.ts';
import { openStore, type TestTables } from '../support/store.ts';

const store = await openStore(t, 'outbox');
const { db, host } = store;

const names = (messages: readonly FactMessage[]): readonly string[] =>
  messages.map(({ payload }) => (payload as { name: string }).name);

const tell = (outbox: Outbox<TestTables>, name: string) =>
  db.transaction((tx) => outbox.add(tx, happened, { name }));

const unpublished = async (): Promise<number> =>
  (await db.write.selectFrom('outbox').select('id').where('published_at', 'is', null).execute())
    .length;

t.beforeEach(async () => {
  await db.write.deleteFrom('outbox').execute();
  await db.write.deleteFrom('inbox').execute();
  await db.write.deleteFrom('effect').execute();
});

t.test('a fact is published when its transaction commits, and only then', async (t) => {
  const facts = memoryFacts();
  const outbox = createOutbox(db, { ...host, facts }, { pollMs: 60_000 });
  await outbox.relay.start();
  t.teardown(() => outbox.relay.stop());

  await db
    .transaction(async (tx) => {
      await outbox.add(tx, happened, { name: 'rolled back' });
      throw new Error('no');
    })
    .catch(() => undefined);
  await tell(outbox, 'first');

  // Poked by the commit: the next look without that is a minute away.
  await eventually(() => facts.published.length === 1);
  t.same(names(facts.published), ['first']);
  await eventually(async () => (await unpublished()) === 0);
});

t.test('a fact carries its id, its moment and the request it belongs to', async (t) => {
  const facts = memoryFacts();
  const outbox = createOutbox(db, { ...host, facts }, { pollMs: 20 });
  await runInRequest({ requestId: 'request-1', locale: 'zh-CN' }, () => tell(outbox, 'traced'));
  const row = await db.write.selectFrom('outbox').selectAll().executeTakeFirstOrThrow();

  await outbox.relay.start();
  t.teardown(() => outbox.relay.stop());

  await eventually(() => facts.published.length === 1);
  t.same(facts.published, [
    {
      id: row.event_id,
      name: 'test.happened',
      payload: { name: 'traced' },
      occurredAtMs: fromSqlTime(row.occurred_at),
      requestId: 'request-1',
    },
  ]);
});

t.test('a fact outside of a transaction, of another service or too large is refused', async (t) => {
  const outbox = createOutbox(db, { ...host, facts: memoryFacts() });

  await t.rejects(outbox.add(db.write as never, happened, { name: 'x' }), /in the transaction/);
  await t.rejects(
    db.transaction((tx) => outbox.add(tx, { ...happened, name: 'other.happened' }, { name: 'x' })),
    /not a fact of test/,
  );
  await t.rejects(
    db.transaction((tx) => outbox.add(tx, happened, { name: 'x'.repeat(600_000) })),
    /512 KiB/,
  );
});

t.test(
  'many facts are published in order, each once, though two relays race for them',
  async (t) => {
    const all = [memoryFacts(), memoryFacts()] as const;
    const outboxes = await Promise.all(
      all.map(async (facts) =>
        createOutbox(await store.open(), { ...host, facts }, { pollMs: 20, batchSize: 10 }),
      ),
    );
    for (let n = 0; n < 95; n += 1) await tell(outboxes[0]!, `n${n}`);
    t.teardown(() => Promise.all(outboxes.map(({ relay }) => relay.stop())));

    await Promise.all(outboxes.map(({ relay }) => relay.start()));
    await eventually(async () => (await unpublished()) === 0);

    const seen = all.flatMap(({ published }) => names(published));
    t.same(
      seen,
      Array.from({ length: 95 }, (_, n) => `n${n}`),
    );
    t.equal(
      all.filter(({ published }) => published.length > 0).length,
      1,
      'one of them did all of it',
    );
  },
);

t.test('when the relay that holds the lock stops, the other one goes on', async (t) => {
  const all = [memoryFacts(), memoryFacts()] as const;
  const outboxes = await Promise.all(
    all.map(async (facts) => createOutbox(await store.open(), { ...host, facts }, { pollMs: 20 })),
  );
  await outboxes[0]!.relay.start();
  await tell(outboxes[0]!, 'one');
  await eventually(() => all[0].published.length === 1);
  await outboxes[1]!.relay.start();
  t.teardown(() => outboxes[1]!.relay.stop());

  await outboxes[0]!.relay.stop();
  await tell(outboxes[0]!, 'two');

  await eventually(() => all[1].published.length === 1);
  t.same(names(all[1].published), ['two']);
});

t.test('a relay whose connection is killed takes the lock again and loses nothing', async (t) => {
  const facts = memoryFacts();
  const outbox = createOutbox(db, { ...host, facts }, { pollMs: 20 });
  await outbox.relay.start();
  t.teardown(() => outbox.relay.stop());
  await tell(outbox, 'before');
  await eventually(() => facts.published.length === 1);

  const [holders] = await store.admin.query<RowDataPacket[]>(
    `select is_used_lock(concat('outbox:', left(sha2(database(), 256), 40))) as id`,
  );
  await store.admin.query(`kill connection ${String(holders[0]!['id'])}`);
  await tell(outbox, 'after');

  await eventually(() => names(facts.published).includes('after'));
  await eventually(async () => (await unpublished()) === 0);
});

t.test(
  'while JetStream is down the facts wait, their age shows, and then they go out in order',
  async (t) => {
    const facts = memoryFacts();
    const outbox = createOutbox(db, { ...host, facts }, { pollMs: 20 });
    facts.fail(new Error('no responders'));
    await outbox.relay.start();
    t.teardown(() => outbox.relay.stop());
    await tell(outbox, 'a');
    await tell(outbox, 'b');

    await eventually(async () => (await outboxUnpublished.get()).values[0]?.value === 2);
    await eventually(async () => ((await outboxOldestAge.get()).values[0]?.value ?? 0) > 0);
    t.ok(host.logger.entries.some(({ message }) => message.startsWith('outbox relay failed')));
    facts.fail(undefined);

    await eventually(() => facts.published.length === 2);
    t.same(names(facts.published), ['a', 'b']);
    await eventually(async () => (await outboxUnpublished.get()).values[0]?.value === 0);
  },
);

t.test('published facts go after their time, in batches; unpublished ones never', async (t) => {
  const old = new Date(Date.now() - 8 * 24 * 60 * 60 * 1000);
  const row = (n: number, publishedAt: Date | null) => ({
    event_id: host.ids.next(),
    fact: 'test.happened',
    payload: JSON.stringify({ name: `${n}` }),
    occurred_at: old,
    traceparent: null,
    request_id: null,
    published_at: publishedAt,
  });
  await db.write
    .insertInto('outbox')
    .values(Array.from({ length: 2_500 }, (_, n) => row(n, old)))
    .execute();
  await db.write
    .insertInto('outbox')
    .values([row(-1, new Date()), row(-2, null)])
    .execute();
  const facts = memoryFacts();
  facts.fail(new Error('down'));
  const outbox = createOutbox(db, { ...host, facts }, { pollMs: 20 });
  facts.fail(undefined);

  await outbox.relay.start();
  t.teardown(() => outbox.relay.stop());

  await eventually(
    async () => (await db.write.selectFrom('outbox').select('id').execute()).length === 2,
  );
  t.same(names(facts.published), ['-2']);
});

t.test('a fact that is delivered again and again takes effect once', async (t) => {
  const facts = memoryFacts();
  const message = {
    id: host.ids.next(),
    name: 'test.happened',
    payload: { name: 'once' },
    occurredAtMs: 1_000,
  };
  const part = factConsumer({
    host: { ...host, facts },
    db,
    fact: happened,
    handle: async ({ name }, { tx, eventId, occurredAtMs }) => {
      t.equal(eventId, message.id);
      t.equal(occurredAtMs, 1_000);
      await tx.insertInto('effect').values({ name }).execute();
    },
  });
  t.equal(part.name, 'test-test-happened');

  await facts.deliver(message);
  await Promise.all(Array.from({ length: 20 }, () => facts.deliver(message, 2)));

  t.same(await db.write.selectFrom('effect').select('name').execute(), [{ name: 'once' }]);
});

t.test('20 deliveries of one fact at the same time take effect once', async (t) => {
  const facts = memoryFacts();
  factConsumer({
    host: { ...host, facts },
    db,
    fact: happened,
    handle: async ({ name }, { tx }) => {
      await tx.insertInto('effect').values({ name }).execute();
    },
  });
  const message = {
    id: host.ids.next(),
    name: 'test.happened',
    payload: { name: 'race' },
    occurredAtMs: 1,
  };

  await Promise.all(Array.from({ length: 20 }, () => facts.deliver(message)));

  t.same(await db.write.selectFrom('effect').select('name').execute(), [{ name: 'race' }]);
});

t.test(
  'a handler that fails leaves neither effect nor inbox row, so the next delivery works',
  async (t) => {
    const facts = memoryFacts();
    let fails = true;
    factConsumer({
      host: { ...host, facts },
      db,
      fact: happened,
      handle: async ({ name }, { tx }) => {
        await tx.insertInto('effect').values({ name }).execute();
        if (fails) throw new Error('not yet');
      },
    });
    const message = {
      id: host.ids.next(),
      name: 'test.happened',
      payload: { name: 'second time' },
      occurredAtMs: 1,
    };

    await t.rejects(facts.deliver(message), /not yet/);
    t.same(await db.write.selectFrom('inbox').selectAll().execute(), []);
    fails = false;
    await facts.deliver(message, 2);

    t.same(await db.write.selectFrom('effect').select('name').execute(), [{ name: 'second time' }]);
  },
);

t.test('inbox rows go after 30 days', async (t) => {
  const day = 24 * 60 * 60 * 1000;
  const row = (days: number) => ({
    consumer: 'c',
    event_id: host.ids.next(),
    handled_at: new Date(Date.now() - days * day),
  });
  await db.write
    .insertInto('inbox')
    .values([row(31), row(29)])
    .execute();

  t.equal(await purgeInbox(db, Date.now()), 1);

  await db.write
    .insertInto('inbox')
    .values([row(31)])
    .execute();
  const housekeeping = createHousekeeping(db, host, { everyMs: 20 });
  await housekeeping.start();
  await eventually(
    async () => (await db.write.selectFrom('inbox').select('event_id').execute()).length === 1,
  );
  await housekeeping.stop();
});
