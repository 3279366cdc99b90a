import t from 'tap';
import { createDatabase, isOutcomeUnknown } from '../../src/index.ts';
import { openStallableProxy } from '../support/stallable-proxy.ts';
import { configFor, openStore, testHost, type TestTables } from '../support/store.ts';

const store = await openStore(t, 'silence');
const proxy = await openStallableProxy(store.place.port);
t.teardown(() => {
  proxy.close();
});
const config = configFor(
  { ...store.place, addr: proxy.addr },
  {
    mysqlPoolSize: 2,
    mysqlStatementTimeoutMs: 300,
    mysqlConnectTimeoutMs: 300,
    mysqlAcquireTimeoutMs: 300,
  },
);
const db = createDatabase<TestTables>(config, { host: testHost(), service: 'test' });
await db.start();
t.teardown(() => db.stop());

const elapsed = async (work: Promise<unknown>): Promise<number> => {
  const startedMs = performance.now();
  await work;
  return performance.now() - startedMs;
};

t.test(
  'a server that falls silent holds nobody for long, and the pool comes back with it',
  async (t) => {
    const read = () => db.write.selectFrom('effect').selectAll().execute();
    const write = () => db.write.insertInto('effect').values({ name: 'silence' }).execute();
    const keep = (error: unknown) => error;
    await Promise.all([read(), read()]);

    proxy.stall();
    const outcomes: Promise<unknown>[] = [read().catch(keep), write().catch(keep)];

    t.ok((await elapsed(Promise.all(outcomes))) < 3_000, 'statements under way end');
    const [readFailure, writeFailure] = await Promise.all(outcomes);
    t.match(readFailure, {
      code: 'SERVICE_UNAVAILABLE',
      data: { reason: 'timeout', outcome: 'not_done' },
    });
    t.match(writeFailure, { code: 'SERVICE_UNAVAILABLE', data: { reason: 'timeout' } });
    t.ok(isOutcomeUnknown(writeFailure), 'what became of a write is not known');
    t.ok((await elapsed(read().catch(keep))) < 1_000, 'new ones fail by the time to connect');
    t.ok((await elapsed(db.check().catch(keep))) < 1_500);
    await t.rejects(db.check(), { code: 'SERVICE_UNAVAILABLE' });

    proxy.resume();
    await t.resolves(db.check());
    await t.resolves(Promise.all([read(), read()]));
  },
);

t.test('a transaction whose COMMIT meets silence has an unknown outcome', async (t) => {
  const error: unknown = await db
    .transaction(async (tx) => {
      await tx.insertInto('effect').values({ name: 'commit' }).execute();
      proxy.stall();
    })
    .catch((caught: unknown) => caught);
  proxy.resume();

  t.ok(isOutcomeUnknown(error));
});
