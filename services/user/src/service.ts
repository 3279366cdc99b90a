/** Tells every node of this service that what it remembers of a profile is old. */
export interface ProfileHints {
  /**
   * Resolves when the message is on the bus ahead of anything sent later, so a reader who learnt
   * of the change from our answer cannot meet an old copy.
   */
  changed(userId: string): Promise<void>;
}

/** How far the re-encryption of personal data is, for the people who rotate keys. */
export interface ReencryptProgress {
  /** How many rows are left. */
  pending(rows: number): void;
  /** How many of them a run could not open. */
  failed(rows: number): void;
}
