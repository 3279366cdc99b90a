import t from 'tap';
import { sql } from 'kysely';
import type { DomainError } from '@app/kernel';
import { isDuplicateKey } from '../../src/index.ts';
import { openStore } from '../support/store.ts';

const store = await openStore(t, 'database', {
  mysqlPoolSize: 3,
  mysqlQueueMax: 2,
  mysqlAcquireTimeoutMs: 150,
});
const { db } = store;

const scalar = async (expression: ReturnType<typeof sql>): Promise<unknown> => {
  const { rows } = await sql<{ value: unknown }>`select ${expression} as value`.execute(db.write);
  return rows[0]?.value;
};

t.test('a session is in UTC, strict and READ COMMITTED', async (t) => {
  const { rows } = await sql<Record<string, unknown>>`
    show session variables where variable_name in
      ('time_zone', 'sql_mode', 'innodb_lock_wait_timeout', 'transaction_isolation', 'tx_isolation')`.execute(
    db.write,
  );
  const value = (name: string): unknown =>
    rows.find((row) => row['Variable_name'] === name)?.['Value'];

  t.equal(value('time_zone'), '+00:00');
  t.match(value('sql_mode'), /STRICT_ALL_TABLES/);
  t.match(value('sql_mode'), /ONLY_FULL_GROUP_BY/);
  t.equal(value('innodb_lock_wait_timeout'), '5');
  t.equal(value('tx_isolation') ?? value('transaction_isolation'), 'READ-COMMITTED');
});

t.test('a moment goes to a datetime(3) and comes back to the millisecond', async (t) => {
  const at = new Date('2026-03-29T01:30:00.123Z');

  const back = await scalar(sql`cast(${at} as datetime(3))`);

  t.same(back, at);
  t.equal(
    await scalar(sql`date_format(cast(${at} as datetime(3)), '%Y-%m-%d %H:%i:%s')`),
    '2026-03-29 01:30:00',
  );
});

t.test('a bigint is a number while it is exact and fails the query when it is not', async (t) => {
  await db.write
    .insertInto('account')
    .values([
      { id: 1, balance_fen: Number.MAX_SAFE_INTEGER },
      { id: 2, balance_fen: 0 },
    ])
    .execute();
  await sql`update account set balance_fen = 9007199254740993 where id = 2`.execute(db.write);
  const balance = (id: number) =>
    db.write
      .selectFrom('account')
      .select('balance_fen')
      .where('id', '=', id)
      .executeTakeFirstOrThrow();

  t.equal((await balance(1)).balance_fen, Number.MAX_SAFE_INTEGER);
  await t.rejects(balance(2), { name: 'RangeError', message: /9007199254740993/ });
  t.equal((await balance(1)).balance_fen, Number.MAX_SAFE_INTEGER, 'the connection is still good');
});

t.test('arithmetic with an integer parameter stays exact beyond 2^53', async (t) => {
  t.equal(await scalar(sql`concat(9007199254740993 + ${2})`), '9007199254740995');
  t.equal(await scalar(sql`concat(${9007199254740993n} + 0)`), '9007199254740993');
  t.equal(await scalar(sql`concat(${18446744073709551615n})`), '18446744073709551615');
  t.equal(await scalar(sql`${1.5} + 1`), 2.5);
});

t.test('values that have no exact form in SQL are refused before they are sent', async (t) => {
  for (const value of [
    undefined,
    Number.NaN,
    2 ** 53,
    { a: 1 },
    [1, 2],
    new Date(Number.NaN),
    2n ** 65n,
  ]) {
    await t.rejects(sql`select ${value} as value`.execute(db.write), { name: 'TypeError' });
  }
});

t.test('limit takes a parameter', async (t) => {
  const rows = await db.write
    .selectFrom('account')
    .select('id')
    .orderBy('id')
    .limit(1)
    .offset(1)
    .execute();

  t.same(rows, [{ id: 2 }]);
});

t.test('a long list of parameters is sent as text and means the same', async (t) => {
  const ids = Array.from({ length: 500 }, (_, index) => index);

  const rows = await db.write
    .selectFrom('account')
    .select('id')
    .where('id', 'in', ids)
    .orderBy('id')
    .execute();

  t.same(rows, [{ id: 1 }, { id: 2 }]);
  const text = `quote ' backslash \\ percent % emoji 😀`;
  const many = sql.join(
    [text, ...ids].map((value) => sql`${value}`),
    sql`, `,
  );
  const {
    rows: [row],
  } = await sql<{ value: string }>`select elt(1, ${many}) as value`.execute(db.write);
  t.equal(row?.value, text);
});

t.test('what cannot be prepared runs as text', async (t) => {
  await sql`set @session_value = 1`.execute(db.write);
  await sql`use ${sql.id(store.place.schema)}`.execute(db.write);
  t.equal(await scalar(sql`database()`), store.place.schema);
});

t.test('an update that finds its row but changes nothing counts as found', async (t) => {
  const same = await db.write
    .updateTable('account')
    .set({ balance_fen: Number.MAX_SAFE_INTEGER })
    .where('id', '=', 1)
    .executeTakeFirst();
  const none = await db.write
    .updateTable('account')
    .set({ balance_fen: 1 })
    .where('id', '=', 99)
    .executeTakeFirst();

  t.equal(same.numUpdatedRows, 1n);
  t.equal(none.numUpdatedRows, 0n);
});

t.test('a unique key that refuses a row is recognised by its index', async (t) => {
  const error: unknown = await db.write
    .insertInto('account')
    .values({ id: 1, balance_fen: 1 })
    .execute()
    .catch((caught: unknown) => caught);

  t.ok(isDuplicateKey(error));
  t.ok(isDuplicateKey(error, 'PRIMARY'));
  t.notOk(isDuplicateKey(error, 'uk_other'));
});

t.test('an error of a statement names no values and who awaited it', async (t) => {
  const error = await sql`select nowhere from account where id = ${4711}`
    .execute(db.write)
    .catch((caught: unknown) => caught as Error & { sql: string });

  t.ok(error instanceof Error);
  t.notMatch(JSON.stringify(error), /4711/);
  t.match((error as Error).stack, /database\.test\.ts/);
});

t.test(
  'a full pool refuses with SERVICE_UNAVAILABLE instead of queueing without end',
  async (t) => {
    const busy = [1, 2, 3].map(() => sql`select sleep(0.6)`.execute(db.write));
    const waiting = [1, 2].map(() =>
      sql`select 1`.execute(db.write).catch((error: unknown) => error),
    );
    const refused = await sql`select 1`
      .execute(db.write)
      .catch((error: unknown) => error as DomainError);

    t.match(refused, {
      code: 'SERVICE_UNAVAILABLE',
      kind: 'unavailable',
      data: { reason: 'pool', outcome: 'not_done' },
    });
    t.match(await Promise.all(waiting), [
      { code: 'SERVICE_UNAVAILABLE', message: /within 150 ms/ },
      { code: 'SERVICE_UNAVAILABLE', message: /within 150 ms/ },
    ]);
    await t.resolves(db.check(), 'readiness is answered from the head of the queue');
    await Promise.all(busy);
    await t.resolves(sql`select 1`.execute(db.write));
  },
);

t.test('a statement that runs too long is ended and its connection used again', async (t) => {
  const slow = await store.open({ mysqlStatementTimeoutMs: 300, mysqlPoolSize: 1 });
  const id = async () =>
    (await sql<{ id: number }>`select connection_id() as id`.execute(slow.write)).rows[0]?.id;
  const before = await id();

  const error = await sql`
    with recursive n (i) as (select 1 union all select i + 1 from n where i < 900)
    select count(*) from n a cross join n b cross join n c where a.i * b.i + c.i = 0`
    .execute(slow.write)
    .catch((caught: unknown) => caught as DomainError);

  t.match(error, { code: 'SERVICE_UNAVAILABLE', data: { reason: 'timeout', outcome: 'not_done' } });
  t.equal(await id(), before);
});
