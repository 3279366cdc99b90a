import type { OrderRefundStatus, OrderStatus } from '@app/contracts';
import { coreColumns, type ColumnsOf, type CoreTables, type SqlTime } from '@app/mysql';
import type { Generated } from 'kysely';
import type { Lane } from '../../domain/follow-up.ts';
import type { RefundCause } from '../../domain/order.ts';

export interface OrderTable {
  readonly id: string;
  readonly order_no: string;
  readonly user_id: string;
  readonly status: OrderStatus;
  readonly resume_status: OrderStatus | null;
  readonly total_fen: number;
  readonly payable_fen: number;
  readonly late_money_fen: number;
  /** JSON `{address, remark}`, sealed for `order.delivery:<id>`. */
  readonly delivery_sealed: string;
  readonly carrier: string | null;
  readonly tracking_no: string | null;
  readonly transaction_id: string | null;
  readonly close_reason: 'cancelled' | 'timeout' | null;
  readonly expires_at: SqlTime;
  readonly pay_started_at: SqlTime | null;
  readonly paid_at: SqlTime | null;
  readonly shipped_at: SqlTime | null;
  readonly confirm_at: SqlTime | null;
  readonly completed_at: SqlTime | null;
  readonly closed_at: SqlTime | null;
  readonly act_at: SqlTime | null;
  readonly created_at: SqlTime;
  readonly updated_at: SqlTime;
}

export interface OrderItemTable {
  readonly order_id: string;
  readonly line_no: number;
  readonly sku_id: string;
  readonly spu_id: string;
  readonly quantity: number;
  readonly title: string;
  readonly sku_name: string;
  /** JSON. */
  readonly attributes: string;
  readonly image: string;
  readonly price_fen: number;
  readonly amount_fen: number;
  readonly snapshot_hash: string;
}

export interface OrderRefundTable {
  readonly refund_no: string;
  readonly order_id: string;
  readonly amount_fen: number;
  readonly reason: string;
  readonly cause: RefundCause;
  readonly status: OrderRefundStatus;
  readonly created_at: SqlTime;
  readonly updated_at: SqlTime;
}

export interface FollowUpTable {
  readonly id: Generated<string | number>;
  readonly order_id: string;
  readonly order_no: string;
  readonly lane: Lane;
  /** JSON of the follow-up. */
  readonly payload: string;
  readonly attempts: number;
  readonly due_at: SqlTime;
  readonly created_at: SqlTime;
}

export interface Tables extends CoreTables {
  readonly order: OrderTable;
  readonly order_item: OrderItemTable;
  readonly order_refund: OrderRefundTable;
  readonly follow_up: FollowUpTable;
}

/** What the migrations made of it, for the test that compares the two. */
export const columns = {
  ...coreColumns,
  order: {
    id: 'char(26)',
    order_no: 'varchar(32)',
    user_id: 'char(26)',
    status: 'varchar(16)',
    resume_status: 'varchar(16) null',
    total_fen: 'bigint',
    payable_fen: 'bigint',
    late_money_fen: 'bigint',
    delivery_sealed: 'varchar(6144)',
    carrier: 'varchar(64) null',
    tracking_no: 'varchar(64) null',
    transaction_id: 'varchar(64) null',
    close_reason: 'varchar(16) null',
    expires_at: 'datetime(3)',
    pay_started_at: 'datetime(3) null',
    paid_at: 'datetime(3) null',
    shipped_at: 'datetime(3) null',
    confirm_at: 'datetime(3) null',
    completed_at: 'datetime(3) null',
    closed_at: 'datetime(3) null',
    act_at: 'datetime(3) null',
    created_at: 'datetime(3)',
    updated_at: 'datetime(3)',
  },
  order_item: {
    order_id: 'char(26)',
    line_no: 'smallint unsigned',
    sku_id: 'char(26)',
    spu_id: 'char(26)',
    quantity: 'int unsigned',
    title: 'varchar(255)',
    sku_name: 'varchar(255)',
    attributes: 'text',
    image: 'varchar(512)',
    price_fen: 'bigint',
    amount_fen: 'bigint',
    snapshot_hash: 'char(64)',
  },
  order_refund: {
    refund_no: 'varchar(64)',
    order_id: 'char(26)',
    amount_fen: 'bigint',
    reason: 'varchar(80)',
    cause: 'varchar(8)',
    status: 'varchar(16)',
    created_at: 'datetime(3)',
    updated_at: 'datetime(3)',
  },
  follow_up: {
    id: 'bigint unsigned',
    order_id: 'char(26)',
    order_no: 'varchar(32)',
    lane: 'varchar(8)',
    payload: 'text',
    attempts: 'int unsigned',
    due_at: 'datetime(3)',
    created_at: 'datetime(3)',
  },
} as const satisfies ColumnsOf<Tables>;
