import { assert } from '@app/kernel';

/** How often the current token was ended by force, for the limits WeChat sets on that. */
export interface Forces {
  /** Calendar day in Beijing, counted from the epoch. */
  readonly day: number;
  readonly count: number;
  readonly lastAtMs: number;
}

/** The access token of one app as we keep it. */
export interface AccessToken {
  readonly text: string;
  /** Grows with every refresh, also across a loss of Redis: it is the fence of the lease that stored it. */
  readonly version: number;
  /** On our clock and early by the margin; never the upstream's date. */
  readonly expiresAtMs: number;
  /** When WeChat gave it to us. */
  readonly fetchedAtMs: number;
  readonly forces: Forces | null;
}

/** Normal: WeChat gives the current token while it has five minutes left. Forced: the old one dies at once. */
export type FetchMode = 'normal' | 'forced';

export interface FetchedToken {
  readonly text: string;
  readonly expiresInSeconds: number;
}

/** Our clock and WeChat's drift apart, and an answer takes its time to arrive. */
const EXPIRY_MARGIN_MS = 10_000;

/** Whoever gets a token must be able to use it: never handed out with less than this to live. */
export const HAND_OUT_MIN_MS = 60_000;

/**
 * From here on a new one is fetched while the old one is served. Not earlier: a normal fetch gives
 * the same token again until 300 s before its end (reference, 3.1), and our end is the margin before
 * that one; another 10 s allow for the time the answer took.
 */
export const REFRESH_AHEAD_MS = 280_000;

/** A token this young is what a normal fetch would give again, so that fetch can be spared. */
const YOUNG_MS = 60_000;

/** WeChat's limits on forced refreshes (reference, 3.1); the margin of 5 s is ours. */
export const FORCES_PER_DAY_MAX = 20;
const FORCE_INTERVAL_MS = 35_000;

const DAY_MS = 86_400_000;
const BEIJING_OFFSET_MS = 8 * 3_600_000;

const dayOf = (nowMs: number): number => Math.floor((nowMs + BEIJING_OFFSET_MS) / DAY_MS);

/** `fresh` serve it · `ageing` serve it and fetch the next · `spent` serve it to nobody. */
export type TokenState = 'fresh' | 'ageing' | 'spent';

export const tokenState = (token: AccessToken | undefined, nowMs: number): TokenState => {
  const leftMs = token === undefined ? 0 : token.expiresAtMs - nowMs;
  if (leftMs < HAND_OUT_MIN_MS) return 'spent';
  return leftMs < REFRESH_AHEAD_MS ? 'ageing' : 'fresh';
};

/** Whether the token may be handed out; narrows away `undefined`. */
export const isUsable = (token: AccessToken | undefined, nowMs: number): token is AccessToken =>
  tokenState(token, nowMs) !== 'spent';

/** Whether WeChat would carry out another forced refresh of this app now. */
export const mayForce = (forces: Forces | null, nowMs: number): boolean => {
  if (forces === null) return true;
  if (nowMs - forces.lastAtMs < FORCE_INTERVAL_MS) return false;
  return forces.day !== dayOf(nowMs) || forces.count < FORCES_PER_DAY_MAX;
};

/**
 * How to replace `current`, of which callers say that WeChat refuses it when `isRefused`. Force is
 * the last resort: it is rationed, and it ends the token for everybody else who shares the app. A
 * refused token that is not young was most likely replaced by one of those, and then a normal fetch
 * gives the one that counts.
 */
export const planFetch = (
  current: AccessToken | undefined,
  isRefused: boolean,
  nowMs: number,
): FetchMode => {
  if (!isRefused || !isUsable(current, nowMs)) return 'normal';
  const isYoung = nowMs - current.fetchedAtMs < YOUNG_MS;
  return isYoung && mayForce(current.forces, nowMs) ? 'forced' : 'normal';
};

const countForce = (forces: Forces | null, nowMs: number): Forces => {
  const day = dayOf(nowMs);
  return { day, count: forces?.day === day ? forces.count + 1 : 1, lastAtMs: nowMs };
};

/** The token to keep, from what WeChat gave. @param askedAtMs before the question was sent */
export const acceptToken = (
  fetched: FetchedToken,
  context: {
    readonly previous: AccessToken | undefined;
    readonly mode: FetchMode;
    readonly version: number;
    readonly askedAtMs: number;
  },
): AccessToken => {
  const { previous, mode, version, askedAtMs } = context;
  assert(fetched.text !== '', 'a token has a text');
  assert(version > (previous?.version ?? 0), 'a token is newer than the one before it');
  const forces = previous?.forces ?? null;
  return {
    text: fetched.text,
    version,
    expiresAtMs: askedAtMs + fetched.expiresInSeconds * 1000 - EXPIRY_MARGIN_MS,
    fetchedAtMs: askedAtMs,
    forces: mode === 'forced' ? countForce(forces, askedAtMs) : forces,
  };
};
