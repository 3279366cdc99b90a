import type { Payment } from './domain/payment.ts';
import type { BillKind, BillState } from './domain/bill.ts';
import type { DayResult, Finding, Ticket, TicketState } from './domain/finding.ts';
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

export interface Bill {
  readonly kind: BillKind;
  readonly state: BillState;
  readonly attempts: number;
  readonly tryAtMs: number | null;
  /** Of the plain file; null when there is none yet, or when the day has none. */
  readonly sha1: string | null;
}

/** Null: WeChat says that nothing happened on that day. */
export type BillFile = { readonly sha1: string; readonly plain: Buffer } | null;

/** Which bills are wanted and what was in them: two rows per day. */
export interface BillRepository {
  /** Adds what is not there yet; `tryAtMs` is when WeChat has it. */
  want(day: string, tryAtMs: number): Promise<void>;
  latestDay(): Promise<string | undefined>;
  /** Both bills of the day, or none. */
  find(day: string): Promise<readonly Bill[]>;
  /** Days of which something is due by then, oldest first. */
  listDue(untilMs: number, limit: number): Promise<readonly string[]>;
  /** Stores a file that was still wanted; nothing happens when another node was first. */
  store(day: string, kind: BillKind, file: BillFile): Promise<void>;
  load(day: string, kind: BillKind): Promise<BillFile>;
  /** Counts a try of what is not done, and says when the next one is. */
  postpone(day: string, tryAtMs: number): Promise<void>;
  /** From the start, now; also for a day nobody wanted. */
  again(day: string): Promise<void>;
}

/** A page and the key of its last item, when there is more. */
export interface Page<Item> {
  readonly items: readonly Item[];
  readonly next: string | null;
}

export interface BillDay {
  readonly day: string;
  readonly bills: readonly Bill[];
  readonly result: (DayResult & { readonly reconciledAtMs: number }) | null;
  readonly tickets: Readonly<Record<TicketState, number>>;
}

export interface Reconciled {
  /** The files that were compared: a result of others than are stored now is not saved. */
  readonly sha1s: Readonly<Record<BillKind, string | null>>;
  readonly result: DayResult;
  readonly open: readonly Finding[];
  readonly healed: readonly Finding[];
}

/** Results and tickets; a ticket is unique by day, subject, category and number. */
export interface ReconciliationRepository {
  /** What was paid in the time, by our rows. */
  sumPaid(fromMs: number, toMs: number): Promise<number>;
  listPaid(fromMs: number, toMs: number): Promise<readonly Payment[]>;
  findPayments(orderNos: readonly string[]): Promise<readonly Payment[]>;
  /** Refunds that succeeded and were sent, or to be sent, in the time. */
  listRefunded(fromMs: number, toMs: number): Promise<readonly Refund[]>;
  findRefunds(refundNos: readonly string[]): Promise<readonly Refund[]>;
  /**
   * In one transaction: result, tickets, and both bills become `reconciled`. A ticket that is open
   * and no more found is healed; one that was healed and is found again is open; one that somebody
   * resolved stays. False when the bills are not what was compared.
   */
  save(day: string, reconciled: Reconciled): Promise<boolean>;
  listDays(before: string | null, limit: number): Promise<Page<BillDay>>;
  findDay(day: string): Promise<BillDay | undefined>;
  listTickets(
    state: TicketState | undefined,
    before: string | null,
    limit: number,
  ): Promise<Page<Ticket>>;
  /** @throws RECONCILIATION_TICKET_NOT_FOUND, RECONCILIATION_TICKET_CLOSED */
  resolve(id: string, by: { readonly adminId: string; readonly note: string }): Promise<Ticket>;
  /** For the rules that call somebody. */
  backlog(): Promise<{ readonly openTickets: number; readonly oldestDay: string | null }>;
}
