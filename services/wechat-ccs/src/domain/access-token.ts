import type { TokenKind } from './wechat-app.ts';

/** The access token of one app as it is handed out. */
export interface AccessToken {
  readonly text: string;
  /** Grows with every refresh. */
  readonly version: number;
  /** On our clock and early by the margin; never the upstream's date. */
  readonly expiresAtMs: number;
  /** When WeChat was asked for it. */
  readonly fetchedAtMs: number;
}

/**
 * Normal: WeChat gives the current token while it has five minutes left. Forced: the old one dies at
 * once. Classic: a new one each time, the old one lives five minutes more.
 */
export type FetchMode = 'normal' | 'forced' | 'classic';

export interface FetchedToken {
  readonly text: string;
  readonly expiresInSeconds: number;
}

/** Times of a token's life; what each means stands with `CredentialRules`. */
export interface TokenRules {
  readonly expiryMarginMs: number;
  readonly handOutMinMs: number;
  readonly refreshAheadMs: number;
  readonly refreshSpreadMs: number;
}

/** Our clock and WeChat's drift apart, and an answer takes its time to arrive. */
const EXPIRY_MARGIN_MS = 10_000;

/** Whoever gets a token must be able to use it: never handed out with less than this to live. */
const HAND_OUT_MIN_MS = 60_000;

/**
 * Stable ones from 280 s and not earlier: a normal fetch gives the same token again until 300 s
 * before its end (reference, 3.1), and our end is the margin before that one; another 10 s allow
 * for the time the answer took. At least 220 s, two thirds of them usable, remain for repeats.
 */
export const tokenRules: Readonly<Record<TokenKind, TokenRules>> = {
  stable: {
    expiryMarginMs: EXPIRY_MARGIN_MS,
    handOutMinMs: HAND_OUT_MIN_MS,
    refreshAheadMs: 280_000,
    refreshSpreadMs: 60_000,
  },
  classic: {
    expiryMarginMs: EXPIRY_MARGIN_MS,
    handOutMinMs: HAND_OUT_MIN_MS,
    refreshAheadMs: 600_000,
    refreshSpreadMs: 240_000,
  },
};

/** How long the old token lives beside its classic successor: "about five minutes" (reference, 3.1). */
export const CLASSIC_OVERLAP_MS = 290_000;

/** WeChat carries out one forced refresh in 30 s (reference, 3.1); the margin of 5 s is ours. */
export const FORCE_INTERVAL_MS = 35_000;

/** Whether it has enough life left to be handed out, as far as its natural end goes. */
export const isUsable = (token: AccessToken | undefined, nowMs: number): boolean =>
  token !== undefined && token.expiresAtMs - nowMs >= HAND_OUT_MIN_MS;

const YOUNG_MS = 60_000;

/** So often at most is WeChat asked about a token that it gives again and again while callers report it. */
const LOOKED_INTO_MS = 5000;

/**
 * A stable token this young is what a normal fetch would give again, so that fetch can be spared; a
 * classic one this young is not replaced again, or reports could use up the 2,000 of a day.
 */
export const isYoung = ({ fetchedAtMs }: AccessToken, nowMs: number): boolean =>
  nowMs - fetchedAtMs < YOUNG_MS;

/** Whether WeChat gave this token so lately that asking again would tell nothing new. */
export const isJustSeen = ({ fetchedAtMs }: AccessToken, nowMs: number): boolean =>
  nowMs - fetchedAtMs < LOOKED_INTO_MS;
