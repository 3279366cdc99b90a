import { compareTables, introspect } from '@app/mysql';
import { sql, type Compilable } from 'kysely';
import t from 'tap';
import {
  lockItems,
  selectDue,
  selectLines,
  selectReservations,
} from '../../src/repository/repo/read-stock.ts';
import { selectMovements } from '../../src/repository/repo/mysql-stock-reader.ts';
import { columns } from '../../src/repository/repo/tables.ts';
import { aSku, reserve, setOnHand } from '../support/builders.ts';
import { createMysqlStore, migratedDatabase } from '../support/stock-store.ts';

const database = await migratedDatabase(t);
const { db, ledger } = await createMysqlStore(t, database);

t.test('tables.ts tells what the migrations made', async (t) => {
  t.same(compareTables(await introspect(db.write), columns), []);
});

t.test('the database itself refuses to oversell', async (t) => {
  const skuId = aSku();
  await ledger.run(setOnHand(skuId, 1));
  const set = (what: string) =>
    database.sql(`update stock_item set ${what} where sku_id = ?`, [skuId]);

  await t.rejects(set('reserved = 2'), /ck_stock_item_on_hand/);
  await t.rejects(set('reserved = -1'), /ck_stock_item_reserved/);
  await t.rejects(set('on_hand = -1'), /ck_stock_item_on_hand/);
});

t.test('the hot queries go by an index', async (t) => {
  // Small tables are scanned whatever the index, so there are some rows to choose from.
  const skuIds = Array.from({ length: 60 }, aSku);
  await Promise.all(skuIds.map((skuId) => ledger.run(setOnHand(skuId, 10))));
  const orders = await Promise.all(
    skuIds.map((skuId) => ledger.run(reserve([{ skuId, quantity: 1 }]))),
  );
  await database.sql(
    'analyze table stock_item, stock_reservation, stock_reservation_line, stock_movement',
  );
  const orderNos = orders.map(({ orderNo }) => orderNo).slice(0, 2);
  const plan = async (query: Compilable) => {
    const { sql: text, parameters } = query.compile();
    const { rows } = await sql
      .raw<{ key: string | null }>(`explain ${inline(text, parameters)}`)
      .execute(db.write);
    return rows.map(({ key }) => key);
  };

  t.same(await plan(lockItems(db.write, skuIds.slice(0, 2))), ['PRIMARY']);
  t.same(await plan(selectReservations(db.write, orderNos)), ['PRIMARY']);
  t.same(await plan(selectLines(db.write, orderNos)), ['PRIMARY']);
  t.same(await plan(selectDue(db.write, new Date(0), 10)), [
    'ix_stock_reservation_state_expires_at',
  ]);
  t.same(await plan(selectMovements(db.write, skuIds[0]!, null, 10)), [
    'ix_stock_movement_sku_id_id',
  ]);
});

/** The statement with its parameters in place; for `explain` in a test only. */
const inline = (text: string, parameters: readonly unknown[]): string => {
  let next = 0;
  return text.replaceAll('?', () => {
    const value = parameters[next++];
    if (typeof value === 'number') return String(value);
    return `'${value instanceof Date ? value.toISOString().slice(0, 19) : String(value)}'`;
  });
};
