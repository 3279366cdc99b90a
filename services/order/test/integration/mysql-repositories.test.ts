import { compareTables, introspect } from '@app/mysql';
import { sql, type Compilable } from 'kysely';
import t from 'tap';
import { columns } from '../../src/repository/repo/tables.ts';
import {
  selectDueFollowUps,
  selectFirst,
} from '../../src/repository/repo/mysql-follow-up-repository.ts';
import { selectMoney } from '../../src/repository/repo/mysql-order-books.ts';
import {
  lockOrder,
  selectDue,
  selectItems,
  selectPage,
  selectRefunds,
} from '../../src/repository/repo/order-queries.ts';
import { repositoriesContract } from '../contract/repositories.contract.ts';
import { anOrderChange, ids, NOON_MS } from '../support/builders.ts';
import { createMysqlStore, migratedDatabase } from '../support/order-store.ts';

const database = await migratedDatabase(t);
const store = await createMysqlStore(t, database);
const { db, orders } = store;

/** The statement with its parameters in place; for `explain` in a test only. */
const inline = (text: string, parameters: readonly unknown[]): string => {
  let next = 0;
  return text.replaceAll('?', () => {
    const value = parameters[next++];
    if (typeof value === 'number') return String(value);
    return `'${value instanceof Date ? value.toISOString().slice(0, 19) : String(value)}'`;
  });
};

await t.test('MySQL keeps the contract of the ports', (t) => repositoriesContract(t, store));

await t.test('tables.ts tells what the migrations made', async (t) => {
  t.same(compareTables(await introspect(db.write), columns), []);
});

await t.test('names, phones, streets and remarks are nowhere in clear', async (t) => {
  await orders.insert(anOrderChange());
  const rows = await db.write.selectFrom('order').selectAll().execute();
  const text = JSON.stringify([rows, await db.write.selectFrom('outbox').selectAll().execute()]);

  for (const secret of ['张小明', '13812345678', '科技园', '放门口'])
    t.notOk(text.includes(secret));
});

await t.test('the hot queries go by an index', async (t) => {
  // Small tables are scanned whatever the index, so there are some rows to choose from.
  const changes = Array.from({ length: 120 }, (_, index) =>
    anOrderChange({ nowMs: NOON_MS + index * 1000 }),
  );
  for (const change of changes) await orders.insert(change);
  await database.sql('analyze table `order`, order_item, order_refund, follow_up');
  const plan = async (query: Compilable) => {
    const { sql: text, parameters } = query.compile();
    const { rows } = await sql
      .raw<{ key: string | null }>(`explain ${inline(text, parameters)}`)
      .execute(db.write);
    return rows.map(({ key }) => key);
  };
  const { id, orderNo, userId } = changes[7]!.next;

  t.same(await plan(lockOrder(db.write, orderNo)), ['uk_order_order_no']);
  t.same(await plan(selectItems(db.write, [id])), ['PRIMARY']);
  t.same(await plan(selectRefunds(db.write, [id])), ['ix_order_refund_order_id']);
  t.same(await plan(selectDue(db.write, NOON_MS - 86_400_000, 100)), ['ix_order_act_at']);
  t.same(await plan(selectPage(db.write, { userId, limit: 20 })), ['ix_order_user_id_id']);
  t.same(await plan(selectMoney(db.write, id, 5)), ['PRIMARY']);
  t.same(await plan(selectFirst(db.write, ids.next(), 'stock')), ['ix_follow_up_order_id_lane_id']);
  t.same(await plan(selectDueFollowUps(db.write, 0, 10)), ['ix_follow_up_due_at']);
});
