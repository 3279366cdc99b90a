import { assert } from '@app/kernel';

/** A secret text that ends: an access token, a ticket. */
export interface Credential {
  readonly text: string;
  /** Grows with every refresh, also across a loss of Redis: it is the fence of the lease that stored it. */
  readonly version: number;
  /** On our clock and early by the margin; never the issuer's date. */
  readonly expiresAtMs: number;
  /** When the issuer was asked for it. */
  readonly fetchedAtMs: number;
}

/** As all nodes see it. */
export interface StoredCredential extends Credential {
  /**
   * Somebody asked the issuer for a successor with which this one ends at this time. Until the
   * successor is stored nobody knows whether it does: the asker may be dead.
   */
  readonly mayEndAtMs: number | null;
}

/** What the issuer gave. */
export interface FetchedCredential {
  readonly text: string;
  readonly expiresInSeconds: number;
  /** Our clock before the question was sent. */
  readonly askedAtMs: number;
  /** How it was asked for, for logs and metrics: `normal`, `forced`. */
  readonly mode: string;
}

/** What is different from one kind of credential to the next. */
export interface CredentialRules {
  /** Our clock and the issuer's drift apart, and an answer takes its time: we let it end so much earlier. */
  readonly expiryMarginMs: number;
  /** Never handed out with less than this to live. */
  readonly handOutMinMs: number;
  /** With less than this to live the next one is fetched while this one is served. */
  readonly refreshAheadMs: number;
  /** Up to so much later than that: credentials fetched in one moment are not all renewed in one. */
  readonly refreshSpreadMs: number;
}

/**
 * `fresh` serve it · `ageing` serve it and fetch the next · `doubtful` it may have been ended:
 * ask the issuer first · `spent` serve it to nobody.
 */
export type CredentialState = 'fresh' | 'ageing' | 'doubtful' | 'spent';

const SPREAD_STEPS = 1000;

/** Versions come from a clock in microseconds: their last digits are as good as random, and the same on all nodes. */
const spreadOf = ({ version }: Credential, { refreshSpreadMs }: CredentialRules): number =>
  ((version % SPREAD_STEPS) / SPREAD_STEPS) * refreshSpreadMs;

/** The last moment at which it may be handed out, as far as its natural end goes. */
export const servableUntilMs = (credential: Credential, rules: CredentialRules): number =>
  credential.expiresAtMs - rules.handOutMinMs;

/** From this moment on the next one is fetched. */
export const refreshAtMs = (credential: StoredCredential, rules: CredentialRules): number =>
  credential.mayEndAtMs === null
    ? credential.expiresAtMs - rules.refreshAheadMs + spreadOf(credential, rules)
    : -Infinity;

/** The last moment at which it is beyond doubt. */
export const certainUntilMs = (credential: StoredCredential, rules: CredentialRules): number =>
  Math.min(
    servableUntilMs(credential, rules),
    (credential.mayEndAtMs ?? Infinity) - rules.handOutMinMs,
  );

export const credentialState = (
  credential: StoredCredential | undefined,
  rules: CredentialRules,
  nowMs: number,
): CredentialState => {
  if (credential === undefined || nowMs > servableUntilMs(credential, rules)) return 'spent';
  if (nowMs > certainUntilMs(credential, rules)) return 'doubtful';
  return nowMs > refreshAtMs(credential, rules) ? 'ageing' : 'fresh';
};

/** Whether it may be handed out without asking anybody; narrows away `undefined`. */
export const isCertain = (
  credential: StoredCredential | undefined,
  rules: CredentialRules,
  nowMs: number,
): credential is StoredCredential => {
  const state = credentialState(credential, rules, nowMs);
  return state === 'fresh' || state === 'ageing';
};

/** Whether it has not ended by itself; narrows away `undefined`. */
export const isServable = (
  credential: StoredCredential | undefined,
  rules: CredentialRules,
  nowMs: number,
): credential is StoredCredential => credentialState(credential, rules, nowMs) !== 'spent';

/** The credential to keep, from what the issuer gave. */
export const acceptCredential = (
  { text, expiresInSeconds, askedAtMs }: FetchedCredential,
  {
    previous,
    version,
    rules,
  }: {
    readonly previous: Credential | undefined;
    readonly version: number;
    readonly rules: CredentialRules;
  },
): StoredCredential => {
  assert(text !== '', 'a credential has a text');
  assert(version > (previous?.version ?? 0), 'a credential is newer than the one before it');
  return {
    text,
    version,
    expiresAtMs: askedAtMs + expiresInSeconds * 1000 - rules.expiryMarginMs,
    fetchedAtMs: askedAtMs,
    mayEndAtMs: null,
  };
};
