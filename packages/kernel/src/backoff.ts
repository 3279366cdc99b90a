/** How often and how long apart something is tried again. */
export interface Backoff {
  readonly attemptsMax: number;
  readonly baseMs: number;
  readonly capMs: number;
}

/**
 * The pause before try `attempt + 1` (attempt counts from 1): exponential, capped, and spread over
 * its whole width (full jitter) so that many callers do not come back at once.
 */
export const backoffMs = (attempt: number, backoff: Backoff, random: () => number): number =>
  Math.floor(random() * Math.min(backoff.capMs, backoff.baseMs * 2 ** (attempt - 1)));
