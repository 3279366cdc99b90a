/** `trade`: what was bought and given back. `fundflow`: what that did to our balance. */
export type BillKind = 'trade' | 'fundflow';

export type BillState = 'wanted' | 'downloaded' | 'reconciled';

export const billKinds = ['trade', 'fundflow'] as const satisfies readonly BillKind[];

export interface TradeLine {
  readonly subject: 'payment' | 'refund';
  /** Order number of a payment, refund number of a refund. */
  readonly number: string;
  readonly transactionId: string;
  readonly atMs: number;
  /** What was asked for, coupons included: that is what our rows say. */
  readonly amountFen: number;
  /** Negative when it is given back. */
  readonly feeFen: number;
  /** How a refund is; a payment that stands in a bill is done. */
  readonly isDone: boolean;
}

export interface TradeBill {
  readonly lines: readonly TradeLine[];
  /** From the summary of the file, which was checked against its lines. */
  readonly paidFen: number;
  readonly refundedFen: number;
  readonly feeFen: number;
}

/** A movement of our balance. */
export interface FlowLine {
  /** Empty when it belongs to no payment and no refund: a withdrawal. */
  readonly number: string;
  readonly isTrade: boolean;
  readonly deltaFen: number;
}

export interface FlowBill {
  readonly lines: readonly FlowLine[];
}

export const emptyTradeBill: TradeBill = { lines: [], paidFen: 0, refundedFen: 0, feeFen: 0 };
export const emptyFlowBill: FlowBill = { lines: [] };

/** Not ready yet comes often before noon; everything else is tried again more and more rarely. */
const RETRY_MS = [5, 10, 10, 20, 30, 60].map((minutes) => minutes * 60_000);

export const retryBillMs = (attempts: number): number =>
  RETRY_MS[Math.min(attempts, RETRY_MS.length - 1)] ?? 3_600_000;
