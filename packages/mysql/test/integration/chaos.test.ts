import t from 'tap';
import type { RowDataPacket } from 'mysql2/promise';
import { register } from 'prom-client';
import { DomainError } from '@app/kernel';
import { eventually } from '@app/testing';
import { openStore } from '../support/store.ts';

const store = await openStore(t, 'chaos', { mysqlPoolSize: 8, mysqlQueueMax: 500 });
const { db } = store;

const killOne = async (): Promise<void> => {
  const [rows] = await store.admin.query<RowDataPacket[]>(
    'select id from information_schema.processlist where user = ? order by rand() limit 1',
    [store.place.user],
  );
  const id = rows[0]?.['id'] as number | undefined;
  // It may have ended by itself meanwhile.
  if (id !== undefined) await store.admin.query(`kill connection ${id}`).catch(() => undefined);
};

t.test(
  'connections killed at random under load: no lost money, no leak, and only honest errors',
  async (t) => {
    await db.write
      .insertInto('account')
      .values(Array.from({ length: 10 }, (_, id) => ({ id, balance_fen: 1_000 })))
      .execute();
    const failures: unknown[] = [];
    let transfers = 0;
    const transfer = (from: number, to: number): Promise<void> =>
      db.transaction(async (tx) => {
        const move = (id: number, amount: number) =>
          tx
            .updateTable('account')
            .set((row) => ({ balance_fen: row('balance_fen', '+', amount) }))
            .where('id', '=', id)
            .execute();
        await move(from, -1);
        await move(to, 1);
      });
    const until = performance.now() + 2_000;
    const worker = async (seed: number): Promise<void> => {
      for (let n = seed; performance.now() < until; n += 7) {
        await transfer(n % 10, (n * 3 + 1) % 10).then(
          () => (transfers += 1),
          (error: unknown) => failures.push(error),
        );
      }
    };
    const killer = async (): Promise<void> => {
      while (performance.now() < until) await killOne();
    };

    await Promise.all([killer(), ...Array.from({ length: 16 }, (_, seed) => worker(seed))]);

    const rows = await db.write.selectFrom('account').select('balance_fen').execute();
    t.equal(
      rows.reduce((sum, row) => sum + row.balance_fen, 0),
      10_000,
    );
    t.ok(transfers > 10, `${transfers} transfers`);
    t.same(
      failures.filter((error) => !(error instanceof DomainError && error.kind === 'unavailable')),
      [],
    );
    await eventually(async () => {
      const text = await register.getSingleMetricAsString('app_mysql_pool_connections');
      return /state="busy"\} 0/.test(text) && /state="waiting"\} 0/.test(text);
    });
    await Promise.all(
      Array.from({ length: 40 }, () => db.write.selectFrom('account').selectAll().execute()),
    );
  },
);
