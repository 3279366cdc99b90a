import type { StockItem, StockMovement } from '@app/contracts';
import { toRfc3339 } from '@app/kernel';
import { fromSqlTime, type Database } from '@app/mysql';
import type { Kysely, Selectable } from 'kysely';
import type { PageOf, StockReader } from '../../repository.ts';
import { padded } from './statement-parts.ts';
import type { StockItemTable, StockMovementTable, Tables } from './tables.ts';

export const selectItems = (db: Kysely<Tables>, after: string, limit: number) =>
  db
    .selectFrom('stock_item')
    .selectAll()
    .where('sku_id', '>', after)
    .orderBy('sku_id')
    .limit(limit);

/** By the index on SKU and id. */
export const selectMovements = (
  db: Kysely<Tables>,
  skuId: string,
  before: string | null,
  limit: number,
) =>
  db
    .selectFrom('stock_movement')
    .selectAll()
    .where('sku_id', '=', skuId)
    .$if(before !== null, (query) => query.where('id', '<', Number(before)))
    .orderBy('id', 'desc')
    .limit(limit);

export const selectAvailable = (db: Kysely<Tables>, skuIds: readonly string[]) =>
  db
    .selectFrom('stock_item')
    .select(['sku_id', 'on_hand', 'reserved'])
    .where('sku_id', 'in', padded(skuIds));

const toItem = (row: Selectable<StockItemTable>): StockItem => ({
  skuId: row.sku_id,
  onHand: row.on_hand,
  reserved: row.reserved,
  available: row.on_hand - row.reserved,
  updatedAt: toRfc3339(fromSqlTime(row.updated_at)),
});

const toMovement = (row: Selectable<StockMovementTable>): StockMovement => ({
  id: String(row.id),
  skuId: row.sku_id,
  kind: row.kind,
  ref: row.ref,
  onHandDelta: row.on_hand_delta,
  reservedDelta: row.reserved_delta,
  onHandAfter: row.on_hand_after,
  reservedAfter: row.reserved_after,
  note: row.note,
  createdAt: toRfc3339(fromSqlTime(row.created_at)),
});

/** One row more than asked for says whether there is another page. */
const toPage = <Item>(
  rows: readonly Item[],
  limit: number,
  keyOf: (item: Item) => string,
): PageOf<Item> => {
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  return { items, next: rows.length > limit && last !== undefined ? keyOf(last) : null };
};

/** From the primary: an operator reads what was just set, and caches what was just announced. */
export const createMysqlStockReader = ({ write: db }: Database<Tables>): StockReader => ({
  findAvailable: async (skuIds) => {
    const rows = await selectAvailable(db, skuIds).execute();
    return new Map(rows.map(({ sku_id, on_hand, reserved }) => [sku_id, on_hand - reserved]));
  },
  findItem: async (skuId) => {
    const query = db.selectFrom('stock_item').selectAll().where('sku_id', '=', skuId);
    const row = await query.executeTakeFirst();
    return row === undefined ? undefined : toItem(row);
  },
  listItems: async (after, limit) => {
    const rows = await selectItems(db, after ?? '', limit + 1).execute();
    return toPage(rows.map(toItem), limit, ({ skuId }) => skuId);
  },
  listMovements: async (skuId, before, limit) => {
    const rows = await selectMovements(db, skuId, before, limit + 1).execute();
    return toPage(rows.map(toMovement), limit, ({ id }) => id);
  },
});
