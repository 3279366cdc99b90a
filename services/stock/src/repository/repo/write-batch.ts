import type { ReservationState } from '@app/contracts';
import { assert } from '@app/kernel';
import { toSqlTime } from '@app/mysql';
import { sql, type Kysely } from 'kysely';
import type { Changed } from '../../domain/batch.ts';
import type { Balance, Movement, Reservation, ReservedLine } from '../../domain/stock.ts';
import { padded, rowsParameter, sqlTimeText } from './statement-parts.ts';
import type { Tables } from './tables.ts';

/** The rows are locked and exist, so this is an update of many rows by their keys. */
export const updateItems = (db: Kysely<Tables>, balances: readonly Balance[], nowMs: number) => {
  const now = toSqlTime(nowMs);
  const rows = balances.map(({ skuId, onHand, reserved }) => [skuId, onHand, reserved]);
  return sql`
    insert into stock_item (sku_id, on_hand, reserved, created_at, updated_at)
    select j.sku_id, j.on_hand, j.reserved, ${now}, ${now}
    from json_table(${rowsParameter(rows)}, '$[*]' columns (
      sku_id char(26) path '$[0]', on_hand bigint path '$[1]', reserved bigint path '$[2]'
    )) as j
    on duplicate key update
      on_hand = values(on_hand), reserved = values(reserved), updated_at = values(updated_at)
  `.compile(db);
};

export const insertMovements = (
  db: Kysely<Tables>,
  movements: readonly Movement[],
  nowMs: number,
) => {
  const rows = movements.map((movement) => [
    movement.skuId,
    movement.kind,
    movement.ref,
    movement.orderNo,
    movement.quantity,
    movement.onHandDelta,
    movement.reservedDelta,
    movement.onHandAfter,
    movement.reservedAfter,
    movement.note,
  ]);
  return sql`
    insert into stock_movement (
      sku_id, kind, ref, order_no, quantity,
      on_hand_delta, reserved_delta, on_hand_after, reserved_after, note, created_at
    )
    select j.sku_id, j.kind, j.ref, j.order_no, j.quantity,
      j.on_hand_delta, j.reserved_delta, j.on_hand_after, j.reserved_after, j.note,
      ${toSqlTime(nowMs)}
    from json_table(${rowsParameter(rows)}, '$[*]' columns (
      sku_id char(26) path '$[0]', kind varchar(16) path '$[1]', ref varchar(64) path '$[2]',
      order_no varchar(32) path '$[3]', quantity bigint path '$[4]',
      on_hand_delta bigint path '$[5]', reserved_delta bigint path '$[6]',
      on_hand_after bigint path '$[7]', reserved_after bigint path '$[8]',
      note varchar(200) path '$[9]'
    )) as j
  `.compile(db);
};

export const insertReservations = (
  db: Kysely<Tables>,
  reservations: readonly Reservation[],
  nowMs: number,
) => {
  const now = toSqlTime(nowMs);
  const rows = reservations.map(({ orderNo, id, state, expiresAtMs }) => [
    orderNo,
    id,
    state,
    sqlTimeText(expiresAtMs),
  ]);
  return sql`
    insert into stock_reservation (order_no, id, state, expires_at, created_at, updated_at)
    select j.order_no, j.id, j.state, j.expires_at, ${now}, ${now}
    from json_table(${rowsParameter(rows)}, '$[*]' columns (
      order_no varchar(32) path '$[0]', id char(26) path '$[1]', state varchar(16) path '$[2]',
      expires_at varchar(23) path '$[3]'
    )) as j
  `.compile(db);
};

type LineRow = readonly [orderNo: string, skuId: string, quantity: number, returned: number];

/** New lines, or the new count of returned pieces of those that are there. */
export const putLines = (db: Kysely<Tables>, rows: readonly LineRow[]) =>
  sql`
    insert into stock_reservation_line (order_no, sku_id, quantity, returned)
    select j.order_no, j.sku_id, j.quantity, j.returned
    from json_table(${rowsParameter(rows)}, '$[*]' columns (
      order_no varchar(32) path '$[0]', sku_id char(26) path '$[1]',
      quantity int path '$[2]', returned int path '$[3]'
    )) as j
    on duplicate key update returned = values(returned)
  `.compile(db);

/** Compare and set: only those that are still in the state they were decided on. */
export const updateStates = (
  db: Kysely<Tables>,
  change: { readonly from: ReservationState; readonly to: ReservationState },
  orderNos: readonly string[],
  nowMs: number,
) =>
  db
    .updateTable('stock_reservation')
    .set({ state: change.to, updated_at: toSqlTime(nowMs) })
    .where('state', '=', change.from)
    .where('order_no', 'in', padded(orderNos));

const hasNewReturns = ({ before, after }: Changed<Reservation>): boolean =>
  before === undefined ||
  after.lines.some(({ returned }, i) => returned !== before.lines[i]?.returned);

/** Reservations that are new, that moved on, or of which pieces came back. */
export const writeReservations = async (
  tx: Kysely<Tables>,
  changes: readonly Changed<Reservation>[],
  nowMs: number,
): Promise<void> => {
  const created = changes.flatMap(({ before, after }) => (before === undefined ? [after] : []));
  if (created.length > 0) await tx.executeQuery(insertReservations(tx, created, nowMs));
  const lines = changes
    .filter(hasNewReturns)
    .flatMap(({ after: { orderNo, lines: all } }) =>
      all.map(({ skuId, quantity, returned }: ReservedLine): LineRow => [
        orderNo,
        skuId,
        quantity,
        returned,
      ]),
    );
  if (lines.length > 0) await tx.executeQuery(putLines(tx, lines));

  const moved = Map.groupBy(
    changes.filter(({ before, after }) => before !== undefined && before.state !== after.state),
    ({ before, after }) => `${before?.state ?? ''} ${after.state}`,
  );
  for (const group of moved.values()) {
    const [first] = group;
    assert(first?.before !== undefined, 'a group has a member, which was there before');
    const { numUpdatedRows } = await updateStates(
      tx,
      { from: first.before.state, to: first.after.state },
      group.map(({ after }) => after.orderNo),
      nowMs,
    ).executeTakeFirst();
    assert(
      Number(numUpdatedRows) === group.length,
      'a reservation of locked SKUs is in the state that was read',
    );
  }
};
