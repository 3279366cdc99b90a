import type { StockDifference, StockItem, StockMovement } from '@app/contracts';
import type { AnswerOf, Command } from './domain/command.ts';
import type { Line, Reservation } from './domain/stock.ts';

/** The only writer of stock. */
export interface StockLedger {
  /**
   * Carries out one command: all of it or nothing, with one movement per changed balance, decided on
   * rows that nobody else can change meanwhile. Repeating a command does no harm.
   * @throws what `decide` refuses with; SERVICE_UNAVAILABLE when the store cannot do it now (its
   * outcome may be unknown: repeat the command)
   */
  run<C extends Command>(command: C): Promise<AnswerOf<C>>;
}

export interface ReservationReader {
  /** The newest committed state. Questions at the same time share one query. */
  find(orderNo: string): Promise<Reservation | undefined>;
  /** Order numbers whose time is up while they are still held, the oldest first. */
  findDue(nowMs: number, limit: number): Promise<readonly string[]>;
}

export interface PageOf<Item> {
  readonly items: readonly Item[];
  /** Where the next page begins; null at the end. */
  readonly next: string | null;
}

export interface StockReader {
  /** Of those SKUs that have stock at all. */
  findAvailable(skuIds: readonly string[]): Promise<ReadonlyMap<string, number>>;
  findItem(skuId: string): Promise<StockItem | undefined>;
  listItems(after: string | null, limit: number): Promise<PageOf<StockItem>>;
  /** Newest first. */
  listMovements(
    skuId: string,
    before: string | null,
    limit: number,
  ): Promise<PageOf<StockMovement>>;
}

export interface AuditPage {
  readonly skus: number;
  readonly differences: readonly StockDifference[];
  readonly next: string | null;
}

/** Compares what should agree; every page is one consistent look. */
export interface StockAuditor {
  audit(after: string | null, limit: number): Promise<AuditPage>;
  /** Sets a balance to what its ledger adds up to, under its lock. */
  rebuild(skuId: string): Promise<void>;
}

/**
 * What this process knows to be gone, for less than a second. It may have forgotten, and then the
 * row is asked; it never invents.
 */
export interface ShortageMemory {
  /** The first line that certainly cannot be had right now. */
  find(lines: readonly Line[]): { readonly skuId: string; readonly available: number } | undefined;
  learn(shortage: { readonly skuId: string; readonly available: number }): void;
  forget(skuIds: readonly string[]): void;
}
