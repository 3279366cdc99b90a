import type { Payment } from './domain/payment.ts';
import type { Refund } from './domain/refund.ts';

export interface PaymentChange {
  readonly next: Payment;
  /** Stored in the same transaction. */
  readonly refund?: Refund;
}

/**
 * Payments, one row per order number. A change runs under the row's lock, and facts that follow from
 * it (`paymentSucceeded`, `lateMoneyReceived`) are stored with it.
 */
export interface PaymentRepository {
  /** False when there is one for this order number already. */
  insert(payment: Payment): Promise<boolean>;
  find(orderNo: string): Promise<Payment | undefined>;
  /**
   * `change` may run several times; the payment it returns unchanged (the same object) writes
   * nothing. @throws PAYMENT_NOT_FOUND
   */
  update(orderNo: string, change: (payment: Payment) => PaymentChange): Promise<Payment>;
  /** Order numbers WeChat should have been asked about by then, longest waiting first. */
  listDue(untilMs: number, limit: number): Promise<readonly string[]>;
}

/** A row with the moment it last changed. */
export type Recorded<Row> = Row & { readonly updatedAtMs: number };

/** What stands in the books, of many orders at once. */
export interface PaymentBooks {
  findAll(orderNos: readonly string[]): Promise<
    readonly {
      readonly payment: Recorded<Payment>;
      readonly refunds: readonly Recorded<Refund>[];
    }[]
  >;
}

/** Refunds. What is asked for and not failed never exceeds what was paid, whatever runs at once. */
export interface RefundRepository {
  find(refundNo: string): Promise<Refund | undefined>;
  /** When the latest refund of the order was sent or is to be sent. */
  lastActAtMs(orderNo: string): Promise<number | null>;
  /**
   * Runs under the lock of the payment; `decide` gets it with the refund of this number, if any,
   * and gives what to store (undefined: nothing). @throws PAYMENT_NOT_FOUND
   */
  request(
    refundNo: string,
    orderNo: string,
    decide: (payment: Payment, existing: Refund | undefined) => Refund | undefined,
  ): Promise<Refund>;
  /**
   * Runs under the lock of payment and refund. A refund that becomes `closed` gives its amount back
   * to what can be refunded; `refundFinished` is stored with what ends it. @throws REFUND_NOT_FOUND
   */
  update(refundNo: string, change: (refund: Refund) => Refund): Promise<Refund>;
  listDue(untilMs: number, limit: number): Promise<readonly string[]>;
}

export interface JournalEntry {
  readonly direction: 'sent' | 'received';
  /** `prepay`, `query`, `payment-notice` … */
  readonly operation: string;
  /** Order or refund number; empty when it could not be read. */
  readonly reference: string;
  readonly status: number | null;
  /** What it came to: `ok`, an error code, a reason of refusal. */
  readonly verdict: string;
  /** Everything needed to look at it again: headers and body, as they were. */
  readonly raw: string;
}

/** Every attempt and every callback, raw and sealed, for 180 days. */
export interface ExchangeJournal {
  /** Never fails the work it tells of: what cannot be written is logged. */
  add(entry: JournalEntry): Promise<void>;
  /** Raw text of what was received, for a replay on one's own machine. */
  find(id: string): Promise<(JournalEntry & { readonly id: string }) | undefined>;
  /** Removes what is older, in one batch; how many. */
  purge(beforeMs: number, limit: number): Promise<number>;
}
