/** When reservations have to be looked at. A hint: the sweeper finds what it forgot. */
export interface ExpirySchedule {
  /** Returns at once; a store that is away costs punctuality only. */
  schedule(expiresAtMs: number): void;
}

/** Tells every node, of this service and of others, whose stock is sold out, back, or set anew. */
export interface StockHints {
  /** Resolves when the message is on the bus ahead of anything sent later. */
  changed(skuIds: readonly string[]): Promise<void>;
}

/** What the auditor found, for the people who are woken by it. */
export interface AuditReport {
  found(differenceCount: number): void;
}
