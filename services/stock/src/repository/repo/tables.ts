import type { ReservationState } from '@app/contracts';
import { coreColumns, type ColumnsOf, type CoreTables, type SqlTime } from '@app/mysql';
import type { Generated } from 'kysely';
import type { MovementKind } from '../../domain/stock.ts';

export interface StockItemTable {
  readonly sku_id: string;
  readonly on_hand: number;
  readonly reserved: number;
  readonly created_at: SqlTime;
  readonly updated_at: SqlTime;
}

export interface StockReservationTable {
  readonly order_no: string;
  readonly id: string;
  readonly state: ReservationState;
  readonly expires_at: SqlTime;
  readonly created_at: SqlTime;
  readonly updated_at: SqlTime;
}

export interface StockReservationLineTable {
  readonly order_no: string;
  readonly sku_id: string;
  readonly quantity: number;
  readonly returned: number;
}

/** Rows are only ever added; `…_after` is what the balance was then. */
export interface StockMovementTable {
  readonly id: Generated<number>;
  readonly sku_id: string;
  readonly kind: MovementKind;
  readonly ref: string;
  readonly order_no: string | null;
  readonly quantity: number;
  readonly on_hand_delta: number;
  readonly reserved_delta: number;
  readonly on_hand_after: number;
  readonly reserved_after: number;
  readonly note: string;
  readonly created_at: SqlTime;
}

export interface Tables extends CoreTables {
  readonly stock_item: StockItemTable;
  readonly stock_reservation: StockReservationTable;
  readonly stock_reservation_line: StockReservationLineTable;
  readonly stock_movement: StockMovementTable;
}

/** What the database says of these tables; a test compares the two. */
export const columns = {
  ...coreColumns,
  stock_item: {
    sku_id: 'char(26)',
    on_hand: 'bigint',
    reserved: 'bigint',
    created_at: 'datetime(3)',
    updated_at: 'datetime(3)',
  },
  stock_reservation: {
    order_no: 'varchar(32)',
    id: 'char(26)',
    state: 'varchar(16)',
    expires_at: 'datetime(3)',
    created_at: 'datetime(3)',
    updated_at: 'datetime(3)',
  },
  stock_reservation_line: {
    order_no: 'varchar(32)',
    sku_id: 'char(26)',
    quantity: 'int',
    returned: 'int',
  },
  stock_movement: {
    id: 'bigint unsigned',
    sku_id: 'char(26)',
    kind: 'varchar(16)',
    ref: 'varchar(64)',
    order_no: 'varchar(32) null',
    quantity: 'bigint',
    on_hand_delta: 'bigint',
    reserved_delta: 'bigint',
    on_hand_after: 'bigint',
    reserved_after: 'bigint',
    note: 'varchar(200)',
    created_at: 'datetime(3)',
  },
} as const satisfies ColumnsOf<Tables>;
