import { setTimeout as pause } from 'node:timers/promises';
import { type Backoff, backoffMs } from '@app/kernel';

/** How drivers of stores say that nobody is there; our own errors say so by kind. */
const NETWORK_CODES = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EPIPE',
  'ETIMEDOUT',
  'PROTOCOL_CONNECTION_LOST',
]);

/** The failure says nothing about the fact: something its handler needs is down. */
export const isOutage = (error: unknown): boolean => {
  if (!(error instanceof Error)) return false;
  const { kind, code } = error as { kind?: unknown; code?: unknown };
  return kind === 'unavailable' || (typeof code === 'string' && NETWORK_CODES.has(code));
};

export interface WaitOutOptions {
  readonly isOutage: (error: unknown) => boolean;
  readonly backoff: Backoff;
  readonly signal: AbortSignal;
  /** Told once, at the first of a row of outages. */
  readonly onOutage: (error: unknown) => void;
}

/**
 * Repeats `work` for as long as it fails by an outage. A store that is down for an hour would
 * otherwise use up the attempts of every fact of that hour; this way the facts in hand wait, and
 * since they fill all hands, so do the rest. Any other failure, or `signal`, ends it.
 */
export const waitOut = async (
  work: () => Promise<void>,
  options: WaitOutOptions,
): Promise<void> => {
  for (let round = 1; ; round += 1) {
    try {
      await work();
      return;
    } catch (error) {
      if (!options.isOutage(error) || options.signal.aborted) throw error;
      if (round === 1) options.onOutage(error);
      const ms = Math.max(50, backoffMs(Math.min(round, 30), options.backoff, Math.random));
      const interrupted = await pause(ms, false, { signal: options.signal }).catch(() => true);
      if (interrupted) throw error;
    }
  }
};
