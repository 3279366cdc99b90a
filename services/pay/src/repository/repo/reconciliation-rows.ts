import { fromSqlTime, fromSqlTimeOrNull, toSqlTime } from '@app/mysql';
import type { DayResult, Finding, Ticket, TicketState } from '../../domain/finding.ts';
import type { BillDay } from '../../repository.ts';
import type { ReconciliationTable, ReconciliationTicketTable } from './tables.ts';

const TEXT_MAX = 80;

export const toTicket = (row: ReconciliationTicketTable): Ticket => ({
  id: row.id,
  day: row.day,
  subject: row.subject,
  category: row.category,
  number: row.number,
  theirs: row.theirs,
  ours: row.ours,
  deltaFen: row.delta_fen,
  state: row.state,
  note: row.note,
  resolvedBy: row.resolved_by,
  resolvedAtMs: fromSqlTimeOrNull(row.resolved_at),
  createdAtMs: fromSqlTime(row.created_at),
});

/** Bills are written by others: what is too long for a column is cut, not refused. */
export const toTicketRow = (
  finding: Finding,
  {
    id,
    day,
    state,
    nowMs,
  }: {
    readonly id: string;
    readonly day: string;
    readonly state: TicketState;
    readonly nowMs: number;
  },
): ReconciliationTicketTable => ({
  ...{ id, day, state },
  subject: finding.subject,
  category: finding.category,
  number: finding.number,
  theirs: finding.theirs.slice(0, TEXT_MAX),
  ours: finding.ours.slice(0, TEXT_MAX),
  delta_fen: finding.deltaFen,
  note: null,
  resolved_by: null,
  resolved_at: state === 'healed' ? toSqlTime(nowMs) : null,
  created_at: toSqlTime(nowMs),
});

export const toResultColumns = (result: DayResult, nowMs: number) => ({
  payment_lines: result.paymentLines,
  their_paid_fen: result.theirPaidFen,
  our_paid_fen: result.ourPaidFen,
  refund_lines: result.refundLines,
  their_refunded_fen: result.theirRefundedFen,
  our_refunded_fen: result.ourRefundedFen,
  fee_fen: result.feeFen,
  unexplained_fen: result.unexplainedFen,
  reconciled_at: toSqlTime(nowMs),
});

export const toResult = (row: ReconciliationTable): NonNullable<BillDay['result']> => ({
  paymentLines: row.payment_lines,
  theirPaidFen: row.their_paid_fen,
  ourPaidFen: row.our_paid_fen,
  refundLines: row.refund_lines,
  theirRefundedFen: row.their_refunded_fen,
  ourRefundedFen: row.our_refunded_fen,
  feeFen: row.fee_fen,
  unexplainedFen: row.unexplained_fen,
  reconciledAtMs: fromSqlTime(row.reconciled_at),
});
