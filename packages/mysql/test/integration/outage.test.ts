import t from 'tap';
import { sql } from 'kysely';
import type { DomainError } from '@app/kernel';
import { eventually, startMariadb } from '@app/testing';
import { createOutbox } from '../../src/index.ts';
import { happened, memoryFacts } from '../support/facts.ts';
import { openStore } from '../support/store.ts';

t.setTimeout(120_000);
const server = await startMariadb({ scope: t });
const store = await openStore(t, 'outage', { mysqlPoolSize: 4 }, server);
const { db, host } = store;

const facts = memoryFacts();
const outbox = createOutbox(db, { ...host, facts }, { pollMs: 50 });
await outbox.relay.start();
t.teardown(() => outbox.relay.stop());

const read = () => sql<{ one: number }>`select 1 as one`.execute(db.write);
const down = { code: 'SERVICE_UNAVAILABLE', kind: 'unavailable', data: { outcome: 'not_done' } };

for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
  t.test(`the pool recovers by itself as soon as the server is back (${signal})`, async (t) => {
    await Promise.all(Array.from({ length: 4 }, read));
    await t.resolves(db.check());
    const name = `during ${signal}`;

    await server.down(signal);

    await t.rejects(db.check(), down, 'readiness tells the truth');
    const startedMs = performance.now();
    await t.rejects(read(), down);
    await t.rejects(
      db.transaction((tx) => tx.selectFrom('account').selectAll().execute()),
      down,
    );
    t.ok(performance.now() - startedMs < 1_000, 'and it fails fast');

    await server.up();
    const backMs = performance.now();

    await eventually(() => db.check(), { withinMs: 2_000 });
    await t.resolves(Promise.all(Array.from({ length: 4 }, read)));
    await db.transaction((tx) => outbox.add(tx, happened, { name }));
    t.ok(performance.now() - backMs < 2_000);
    // The relay backs off up to two seconds.
    await eventually(() =>
      facts.published.some(({ payload }) => (payload as { name: string }).name === name),
    );
  });
}

t.test('work under way when the server dies fails as unavailable, never as done', async (t) => {
  const running = db
    .transaction(async (tx) => {
      await tx.insertInto('account').values({ id: 1, balance_fen: 1 }).execute();
      await sql`select sleep(5)`.execute(tx);
    })
    .catch((error: unknown) => error as DomainError);
  await eventually(async () => {
    const rows = await store.place.sql(
      `select 1 from information_schema.processlist where info like 'select sleep%'`,
    );
    return rows.length > 0;
  });

  await server.down('SIGKILL');

  t.match(await running, down);
  await server.up();
  await eventually(() => db.check(), { withinMs: 2_000 });
  t.same(await db.write.selectFrom('account').selectAll().execute(), []);
});

t.test('a store that is down at start is waited for', async (t) => {
  await server.down();
  const opening = store.open();
  await server.up();

  const late = await opening;

  await t.resolves(late.check());
});
