/** `flow`: trade bill and fund flow of WeChat do not fit together. */
export type FindingSubject = 'payment' | 'refund' | 'flow';

export type FindingCategory =
  /** They have it as done, we wait for it. */
  | 'missing_here'
  /** We have it as done, it is not in their file. */
  | 'missing_there'
  | 'amount_differs'
  /** Both know it, and say that it ended differently. */
  | 'state_differs'
  | 'transaction_differs'
  | 'day_differs'
  | 'duplicate_line'
  /** We never heard of that number. */
  | 'unknown_order';

/** `healed`: the difference went away, because we asked or because the news came. */
export type TicketState = 'open' | 'healed' | 'resolved';

export interface Finding {
  readonly subject: FindingSubject;
  readonly category: FindingCategory;
  readonly number: string;
  readonly theirs: string;
  readonly ours: string;
  /** By how much their sum of this subject is above ours because of it. */
  readonly deltaFen: number;
  /** Asking WeChat may make it go away. */
  readonly isHealable: boolean;
}

export interface Ticket extends Omit<Finding, 'isHealable'> {
  readonly id: string;
  readonly day: string;
  readonly state: TicketState;
  readonly note: string | null;
  readonly resolvedBy: string | null;
  readonly resolvedAtMs: number | null;
  readonly createdAtMs: number;
}

export const findingKey = ({ subject, category, number }: Omit<Finding, 'isHealable'>): string =>
  `${subject} ${category} ${number}`;

/** What a day came to. All amounts in fen. */
export interface DayResult {
  readonly paymentLines: number;
  readonly theirPaidFen: number;
  readonly ourPaidFen: number;
  readonly refundLines: number;
  readonly theirRefundedFen: number;
  readonly ourRefundedFen: number;
  readonly feeFen: number;
  /** What the findings do not account for: 0 unless this comparison is wrong. */
  readonly unexplainedFen: number;
}
