import t from 'tap';
import type { RowDataPacket } from 'mysql2/promise';
import { sql, type Transaction } from 'kysely';
import type { DomainError } from '@app/kernel';
import { eventually } from '@app/testing';
import { afterCommit, isOutcomeUnknown } from '../../src/index.ts';
import { transactionRetries } from '../../src/metrics.ts';
import { openStore, type TestTables } from '../support/store.ts';

const store = await openStore(t, 'transaction');
const { db } = store;

type Tx = Transaction<TestTables>;

const setBalance = (tx: Tx, id: number, balanceFen: number) =>
  tx.updateTable('account').set({ balance_fen: balanceFen }).where('id', '=', id).execute();

const add = (tx: Tx, id: number, amountFen: number) =>
  tx
    .updateTable('account')
    .set((row) => ({ balance_fen: row('balance_fen', '+', amountFen) }))
    .where('id', '=', id)
    .execute();

const balances = async (): Promise<readonly number[]> =>
  (await db.write.selectFrom('account').select('balance_fen').orderBy('id').execute()).map(
    (row) => row.balance_fen,
  );

const retries = async (reason: string): Promise<number> =>
  (await transactionRetries.get()).values.find(({ labels }) => labels.reason === reason)?.value ??
  0;

const connectionId = async (tx: Tx): Promise<number> =>
  (await sql<{ id: number }>`select connection_id() as id`.execute(tx)).rows[0]!.id;

/** Lets both sides go on when both have arrived; afterwards it holds nobody. */
const meeting = (): (() => Promise<void>) => {
  let arrived = 0;
  let open: () => void = () => undefined;
  const both = new Promise<void>((resolve) => (open = resolve));
  return () => {
    arrived += 1;
    if (arrived >= 2) open();
    return both;
  };
};

t.beforeEach(async () => {
  await db.write.deleteFrom('account').execute();
  await db.write
    .insertInto('account')
    .values([
      { id: 1, balance_fen: 0 },
      { id: 2, balance_fen: 0 },
    ])
    .execute();
});

t.test(
  'a transaction that rejects leaves nothing behind, and its own error comes out',
  async (t) => {
    const failure = new Error('no');

    await t.rejects(
      db.transaction(async (tx) => {
        await setBalance(tx, 1, 5);
        throw failure;
      }),
      failure,
    );

    t.same(await balances(), [0, 0]);
  },
);

t.test('two transactions that deadlock both take effect: the loser runs again', async (t) => {
  const meet = meeting();
  const before = await retries('contention');
  const transfer = (from: number, to: number) =>
    db.transaction(async (tx) => {
      await add(tx, from, -10);
      await meet();
      await add(tx, to, 10);
      return to;
    });

  const done = await Promise.all([transfer(1, 2), transfer(2, 1)]);

  t.same(done, [2, 1]);
  t.same(await balances(), [0, 0]);
  t.equal((await retries('contention')) - before, 1);
});

t.test('a deadlock that the work swallows does not commit the other half', async (t) => {
  const meet = meeting();
  const runs = [0, 0];
  const transfer = (index: number, from: number, to: number) =>
    db.transaction(async (tx) => {
      runs[index]! += 1;
      await add(tx, from, -10);
      await meet();
      await add(tx, to, 10).catch(() => undefined);
      // The server has rolled back: on a plain driver this would run by itself and stay.
      await add(tx, to, 1000).catch(() => undefined);
    });

  await Promise.all([transfer(0, 1, 2), transfer(1, 2, 1)]);

  t.same(await balances(), [1000, 1000]);
  t.same([...runs].sort(), [1, 2]);
});

t.test('a transaction that always meets others gives up after five runs', async (t) => {
  let runs = 0;

  const error = await db
    .transaction(async (tx) => {
      runs += 1;
      await sql`signal sqlstate '40001' set mysql_errno = 1213, message_text = 'Deadlock found'`.execute(
        tx,
      );
    })
    .catch((caught: unknown) => caught as DomainError);

  t.match(error, {
    code: 'SERVICE_UNAVAILABLE',
    kind: 'unavailable',
    data: { reason: 'contention', outcome: 'not_done' },
  });
  t.equal(runs, 5);
});

t.test(
  'a COMMIT that fails is a failure with an unknown outcome, and is not tried again',
  async (t) => {
    let runs = 0;

    const error = await db
      .transaction(async (tx) => {
        runs += 1;
        await setBalance(tx, 1, 7);
        await store.admin.query(`kill connection ${await connectionId(tx)}`);
      })
      .catch((caught: unknown) => caught);

    t.ok(isOutcomeUnknown(error));
    t.match(error, {
      code: 'SERVICE_UNAVAILABLE',
      kind: 'unavailable',
      data: { outcome: 'unknown' },
    });
    t.equal(runs, 1);
    t.same(await balances(), [0, 0]);
  },
);

t.test(
  'a connection that breaks before COMMIT has the whole transaction run again, once',
  async (t) => {
    let runs = 0;
    await db.transaction(async (tx) => {
      runs += 1;
      await setBalance(tx, 1, 7);
      if (runs === 1) await store.admin.query(`kill connection ${await connectionId(tx)}`);
      await setBalance(tx, 2, 7);
    });
    t.equal(runs, 2);
    t.same(await balances(), [7, 7]);

    const error = await db
      .transaction(async (tx) => {
        await setBalance(tx, 1, 9);
        await store.admin.query(`kill connection ${await connectionId(tx)}`);
        await setBalance(tx, 2, 9);
      })
      .catch((caught: unknown) => caught);

    t.match(error, {
      code: 'SERVICE_UNAVAILABLE',
      data: { reason: 'connection', outcome: 'not_done' },
    });
    t.same(await balances(), [7, 7]);
  },
);

t.test('a read outside of a transaction survives that its connection was killed', async (t) => {
  const pool = await store.open({ mysqlPoolSize: 1 });
  const ask = async () =>
    (
      await pool.write
        .selectFrom('account')
        .select(sql<number>`connection_id()`.as('id'))
        .execute()
    )[0]!.id;
  const first = await ask();
  // Killed while it runs, so that the pool cannot have noticed before.
  const asking = pool.write
    .selectFrom('account')
    .select(sql<number>`sleep(0.3)`.as('slept'))
    .execute();
  await eventually(async () => {
    const [rows] = await store.admin.query<RowDataPacket[]>(
      `select 1 from information_schema.processlist where id = ${first} and info like '%sleep%'`,
    );
    return rows.length > 0;
  });
  await store.admin.query(`kill connection ${first}`);

  t.equal((await asking).length, 2);
  t.not(await ask(), first);
});

t.test(
  'a single write whose connection broke is not repeated and says it does not know',
  async (t) => {
    const pool = await store.open({ mysqlPoolSize: 1 });
    const { rows } = await sql<{ id: number }>`select connection_id() as id`.execute(pool.write);
    const writing = pool.write
      .updateTable('account')
      .set({ balance_fen: sql<number>`balance_fen + 1 + sleep(0.3)` })
      .execute()
      .catch((caught: unknown) => caught);
    await eventually(async () => {
      const [found] = await store.admin.query<RowDataPacket[]>(
        `select 1 from information_schema.processlist where id = ${rows[0]!.id} and info like '%sleep%'`,
      );
      return found.length > 0;
    });
    await store.admin.query(`kill connection ${rows[0]!.id}`);

    t.ok(isOutcomeUnknown(await writing));
  },
);

t.test(
  'hooks run once after commit, not after a rollback, and not for runs that were repeated',
  async (t) => {
    const calls: string[] = [];
    const hook = () => calls.push('committed');
    let runs = 0;

    await db.transaction(async (tx) => {
      t.ok(afterCommit(tx, hook));
      t.ok(afterCommit(tx, hook));
      runs += 1;
      if (runs === 1)
        await sql`signal sqlstate '40001' set mysql_errno = 1213, message_text = 'Deadlock found'`.execute(
          tx,
        );
      t.same(calls, [], 'not before commit');
    });
    await db
      .transaction((tx) => {
        afterCommit(tx, hook);
        return Promise.reject(new Error('rolled back'));
      })
      .catch(() => undefined);

    t.same(calls, ['committed']);
  },
);

t.test('a transaction sees what others commit while it runs', async (t) => {
  await db.transaction(async (tx) => {
    await tx.selectFrom('account').selectAll().execute();
    await db.write.updateTable('account').set({ balance_fen: 3 }).where('id', '=', 2).execute();

    const { balance_fen } = await tx
      .selectFrom('account')
      .select('balance_fen')
      .where('id', '=', 2)
      .executeTakeFirstOrThrow();

    t.equal(balance_fen, 3);
  });
});

t.test('of 20 parallel compare-and-set updates exactly one finds its row', async (t) => {
  const results = await Promise.all(
    Array.from({ length: 20 }, () =>
      db.transaction(async (tx) => {
        const { numUpdatedRows } = await tx
          .updateTable('account')
          .set({ balance_fen: 1 })
          .where('id', '=', 1)
          .where('balance_fen', '=', 0)
          .executeTakeFirst();
        return numUpdatedRows;
      }),
    ),
  );

  t.equal(results.filter((count) => count === 1n).length, 1);
});
