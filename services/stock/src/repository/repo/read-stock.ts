import { fromSqlTime } from '@app/mysql';
import type { Kysely } from 'kysely';
import type { RecordedReturn } from '../../domain/return.ts';
import type { Reservation, ReservedLine } from '../../domain/stock.ts';
import { padded } from './statement-parts.ts';
import type { Tables } from './tables.ts';

/** In SKU order, which is the order of the primary key: two writers can wait, never for each other. */
export const lockItems = (db: Kysely<Tables>, skuIds: readonly string[]) =>
  db
    .selectFrom('stock_item')
    .select(['sku_id', 'on_hand', 'reserved'])
    .where('sku_id', 'in', padded(skuIds))
    .orderBy('sku_id')
    .forUpdate();

export const selectReservations = (db: Kysely<Tables>, orderNos: readonly string[]) =>
  db
    .selectFrom('stock_reservation')
    .select(['order_no', 'id', 'state', 'expires_at'])
    .where('order_no', 'in', padded(orderNos));

export const selectLines = (db: Kysely<Tables>, orderNos: readonly string[]) =>
  db
    .selectFrom('stock_reservation_line')
    .select(['order_no', 'sku_id', 'quantity', 'returned'])
    .where('order_no', 'in', padded(orderNos))
    .orderBy('order_no')
    .orderBy('sku_id');

export const selectReturns = (db: Kysely<Tables>, refundNos: readonly string[]) =>
  db
    .selectFrom('stock_movement')
    .select(['ref', 'sku_id', 'kind', 'quantity', 'order_no'])
    .where('ref', 'in', padded(refundNos))
    .where('kind', 'in', ['return', 'returnDamaged']);

export const selectDue = (db: Kysely<Tables>, now: Date, limit: number) =>
  db
    .selectFrom('stock_reservation')
    .select('order_no')
    .where('state', '=', 'held')
    .where('expires_at', '<=', now)
    .orderBy('expires_at')
    .limit(limit);

/** Those that exist, with their lines in SKU order. */
export const readReservations = async (
  db: Kysely<Tables>,
  orderNos: readonly string[],
): Promise<readonly Reservation[]> => {
  if (orderNos.length === 0) return [];
  const rows = await selectReservations(db, orderNos).execute();
  if (rows.length === 0) return [];
  const found = rows.map((row) => row.order_no);
  const lines = new Map<string, ReservedLine[]>(found.map((orderNo) => [orderNo, []]));
  for (const { order_no, sku_id, quantity, returned } of await selectLines(db, found).execute()) {
    lines.get(order_no)?.push({ skuId: sku_id, quantity, returned });
  }
  return rows.map((row) => ({
    id: row.id,
    orderNo: row.order_no,
    state: row.state,
    expiresAtMs: fromSqlTime(row.expires_at),
    lines: lines.get(row.order_no) ?? [],
  }));
};

/** What was counted under these refund numbers. */
export const readReturns = async (
  db: Kysely<Tables>,
  refundNos: readonly string[],
): Promise<ReadonlyMap<string, readonly RecordedReturn[]>> => {
  if (refundNos.length === 0) return new Map();
  const rows = await selectReturns(db, refundNos).execute();
  const byRef = Map.groupBy(rows, ({ ref }) => ref);
  return new Map(
    [...byRef].map(([ref, group]) => [
      ref,
      group.map(({ sku_id, kind, quantity, order_no }) => ({
        skuId: sku_id,
        kind,
        quantity,
        orderNo: order_no,
      })),
    ]),
  );
};
