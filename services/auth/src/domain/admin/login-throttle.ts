import { sha256Hex } from '@app/kernel';

/** How many wrong passwords something has seen, and until when that counts. */
export interface Attempts {
  readonly failures: number;
  readonly endsAtMs: number;
}

const HALF = 32;
const NOTHING = '0'.repeat(HALF);
const half = (text: string): string => sha256Hex(text).slice(0, HALF);

/** Something that wrong passwords are counted for. */
export interface AttemptScope {
  /** Hashes: usernames that people type are no business of the table. */
  readonly key: string;
  readonly failuresMax: number;
}

/** Wrong passwords count this long; whoever used up theirs waits as long. */
export const ATTEMPT_WINDOW_MS = 15 * 60 * 1000;

const PAIR_MAX = 5;
/** More than one person mistypes, so that a stranger elsewhere cannot lock an admin out by five tries. */
const ACCOUNT_MAX = 20;
/** One address may try many names. An office shares one, so it is not five. */
const ADDRESS_MAX = 20;

/** What an attempt counts against: this account from this address, the account, the address. */
export const attemptScopes = (
  username: string,
  clientIp: string | undefined,
): { readonly own: readonly AttemptScope[]; readonly shared: readonly AttemptScope[] } => {
  const address = half(`address\n${clientIp ?? 'unknown'}`);
  const account = accountPrefix(username);
  return {
    own: [
      { key: account + address, failuresMax: PAIR_MAX },
      { key: account + NOTHING, failuresMax: ACCOUNT_MAX },
    ],
    shared: [{ key: NOTHING + address, failuresMax: ADDRESS_MAX }],
  };
};

/** What all keys about an account begin with. */
export const accountPrefix = (username: string): string => half(`account\n${username}`);

/** Counts an attempt before it is judged, so that parallel guesses cannot overtake the count. */
export const claimAttempt = (
  attempts: Attempts | undefined,
  { failuresMax }: AttemptScope,
  nowMs: number,
): { readonly attempts: Attempts } | { readonly retryAfterMs: number } => {
  const current =
    attempts === undefined || attempts.endsAtMs <= nowMs
      ? { failures: 0, endsAtMs: nowMs + ATTEMPT_WINDOW_MS }
      : attempts;
  if (current.failures >= failuresMax) return { retryAfterMs: current.endsAtMs - nowMs };
  const failures = current.failures + 1;
  // The last one that is allowed starts the wait.
  const endsAtMs = failures === failuresMax ? nowMs + ATTEMPT_WINDOW_MS : current.endsAtMs;
  return { attempts: { failures, endsAtMs } };
};
