import { coreColumns, type ColumnsOf, type CoreTables, type SqlTime } from '@app/mysql';
import type { BillKind, BillState } from '../../domain/bill.ts';
import type { FindingCategory, FindingSubject, TicketState } from '../../domain/finding.ts';
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

export interface BillTable {
  /** `YYYY-MM-DD`, Beijing. */
  readonly day: string;
  readonly kind: BillKind;
  readonly state: BillState;
  /** When it is tried next; null once the day is reconciled. */
  readonly try_at: SqlTime | null;
  readonly attempts: number;
  /** Of the plain file; null when WeChat says that the day has none. */
  readonly sha1: string | null;
  /** Packed and sealed for `pay.bill:<day>:<kind>`: it holds openids. */
  readonly content_sealed: string | null;
  readonly created_at: SqlTime;
  readonly updated_at: SqlTime;
}

export interface ReconciliationTable {
  readonly day: string;
  readonly payment_lines: number;
  readonly their_paid_fen: number;
  readonly our_paid_fen: number;
  readonly refund_lines: number;
  readonly their_refunded_fen: number;
  readonly our_refunded_fen: number;
  readonly fee_fen: number;
  readonly unexplained_fen: number;
  readonly reconciled_at: SqlTime;
}

export interface ReconciliationTicketTable {
  readonly id: string;
  readonly day: string;
  readonly subject: FindingSubject;
  readonly category: FindingCategory;
  readonly number: string;
  readonly theirs: string;
  readonly ours: string;
  readonly delta_fen: number;
  readonly state: TicketState;
  readonly note: string | null;
  readonly resolved_by: string | null;
  readonly resolved_at: SqlTime | null;
  readonly created_at: SqlTime;
}

export interface Tables extends CoreTables {
  readonly payment: PaymentTable;
  readonly refund: RefundTable;
  readonly exchange_log: ExchangeLogTable;
  readonly bill: BillTable;
  readonly reconciliation: ReconciliationTable;
  readonly reconciliation_ticket: ReconciliationTicketTable;
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
  bill: {
    day: 'char(10)',
    kind: 'varchar(8)',
    state: 'varchar(10)',
    try_at: 'datetime(3) null',
    attempts: 'int',
    sha1: 'char(40) null',
    content_sealed: 'longtext null',
    created_at: 'datetime(3)',
    updated_at: 'datetime(3)',
  },
  reconciliation: {
    day: 'char(10)',
    payment_lines: 'int',
    their_paid_fen: 'bigint',
    our_paid_fen: 'bigint',
    refund_lines: 'int',
    their_refunded_fen: 'bigint',
    our_refunded_fen: 'bigint',
    fee_fen: 'bigint',
    unexplained_fen: 'bigint',
    reconciled_at: 'datetime(3)',
  },
  reconciliation_ticket: {
    id: 'char(26)',
    day: 'char(10)',
    subject: 'varchar(8)',
    category: 'varchar(24)',
    number: 'varchar(64)',
    theirs: 'varchar(80)',
    ours: 'varchar(80)',
    delta_fen: 'bigint',
    state: 'varchar(8)',
    note: 'varchar(500) null',
    resolved_by: 'varchar(64) null',
    resolved_at: 'datetime(3) null',
    created_at: 'datetime(3)',
  },
} as const satisfies ColumnsOf<Tables>;
