import { createHash } from 'node:crypto';

/** One fetch of an access token, whether it was answered with a token or refused. */
export interface TokenLogEntry {
  readonly at: string;
  readonly atMs: number;
  readonly appid: string;
  readonly caller: { readonly ip: string; readonly userAgent: string };
  readonly mode: 'classic' | 'stable' | 'stable_force';
  /** 0 when a token was given. */
  readonly errcode: number;
  /** True when the answer held a token that no answer had held before. */
  readonly issued: boolean;
  /** First 16 hex digits of the token's SHA-256: tells tokens apart without showing them. */
  readonly tokenId: string | null;
  readonly validFromMs: number | null;
  /** As known at the time of the fetch; a later refresh may end it sooner. */
  readonly validUntilMs: number | null;
}

export const tokenIdOf = (token: string): string =>
  createHash('sha256').update(token).digest('hex').slice(0, 16);

/** A simulated month of many apps fits; what is older than that falls off. */
const ENTRIES_MAX = 100_000;

export interface TokenLog {
  add(entry: TokenLogEntry): void;
  /** In the order of the fetches. */
  list(appid?: string): readonly TokenLogEntry[];
  clear(): void;
}

export const createTokenLog = (): TokenLog => {
  let entries: TokenLogEntry[] = [];
  return {
    add(entry) {
      entries.push(entry);
      if (entries.length > ENTRIES_MAX) entries = entries.slice(-Math.floor(ENTRIES_MAX / 2));
    },
    list: (appid) =>
      appid === undefined ? entries : entries.filter((entry) => entry.appid === appid),
    clear: () => {
      entries = [];
    },
  };
};
