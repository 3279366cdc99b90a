import { coreColumns, type ColumnsOf, type CoreTables, type SqlTime } from '@app/mysql';
import type { PaymentState, RefundState } from '../../domain/payment-state.ts';

export interface PaymentTable {
  readonly order_no: string;
  readonly mchid: string;
  readonly app_id: string;
  readonly openid: string;
  readonly description: string;
  readonly total_fen: number;
  readonly refunded_fen: number;
  readonly state: PaymentState;
  readonly transaction_id: string | null;
  readonly paid_at: SqlTime | null;
  readonly prepay_id: string | null;
  readonly prepay_expires_at: SqlTime | null;
  readonly expires_at: SqlTime;
  readonly query_at: SqlTime | null;
  readonly queries: number;
  readonly created_at: SqlTime;
  readonly updated_at: SqlTime;
}

export interface RefundTable {
  readonly refund_no: string;
  readonly order_no: string;
  readonly amount_fen: number;
  readonly total_fen: number;
  readonly reason: string;
  readonly cause: 'requested' | 'late_money';
  readonly state: RefundState;
  readonly refund_id: string | null;
  readonly act_at: SqlTime | null;
  /** When it was, or is to be, sent first: the next one of the order waits a minute after that. */
  readonly send_at: SqlTime;
  readonly attempts: number;
  readonly created_at: SqlTime;
  readonly updated_at: SqlTime;
}

export interface ExchangeLogTable {
  readonly id: string;
  readonly direction: 'sent' | 'received';
  readonly operation: string;
  readonly reference: string;
  readonly status: number | null;
  readonly verdict: string;
  /** Sealed for `pay.exchange:<id>`. */
  readonly raw_sealed: string;
  readonly created_at: SqlTime;
}

export interface Tables extends CoreTables {
  readonly payment: PaymentTable;
  readonly refund: RefundTable;
  readonly exchange_log: ExchangeLogTable;
}

/** What the migrations made of it, for the test that compares the two. */
export const columns = {
  ...coreColumns,
  payment: {
    order_no: 'varchar(32)',
    mchid: 'varchar(32)',
    app_id: 'varchar(32)',
    openid: 'varchar(128)',
    description: 'varchar(127)',
    total_fen: 'bigint',
    refunded_fen: 'bigint',
    state: 'varchar(10)',
    transaction_id: 'varchar(32) null',
    paid_at: 'datetime(3) null',
    prepay_id: 'varchar(64) null',
    prepay_expires_at: 'datetime(3) null',
    expires_at: 'datetime(3)',
    query_at: 'datetime(3) null',
    queries: 'int',
    created_at: 'datetime(3)',
    updated_at: 'datetime(3)',
  },
  refund: {
    refund_no: 'varchar(64)',
    order_no: 'varchar(32)',
    amount_fen: 'bigint',
    total_fen: 'bigint',
    reason: 'varchar(80)',
    cause: 'varchar(10)',
    state: 'varchar(10)',
    refund_id: 'varchar(32) null',
    act_at: 'datetime(3) null',
    send_at: 'datetime(3)',
    attempts: 'int',
    created_at: 'datetime(3)',
    updated_at: 'datetime(3)',
  },
  exchange_log: {
    id: 'char(26)',
    direction: 'varchar(8)',
    operation: 'varchar(32)',
    reference: 'varchar(64)',
    status: 'int null',
    verdict: 'varchar(64)',
    raw_sealed: 'mediumtext',
    created_at: 'datetime(3)',
  },
} as const satisfies ColumnsOf<Tables>;
