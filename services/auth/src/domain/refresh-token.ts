import type { TokenPair } from '@app/contracts';
import { assert, sealerFromSecret, sha256Hex } from '@app/kernel';
import type { Session } from './session.ts';

/** One link of a session's chain. The token itself is never stored, only its hash. */
export interface RefreshToken {
  readonly id: string;
  readonly sessionId: string;
  /** SHA-256 of the token: it has 256 random bits, so no salt is needed. */
  readonly tokenHash: string;
  readonly status: 'current' | 'spent';
  readonly spentAtMs: number | null;
  /** Until then the same token gets the same pair once more. */
  readonly graceUntilMs: number | null;
  /** The pair it was exchanged for; only the holder of the token can open it. */
  readonly successorSealed: string | null;
  readonly expiresAtMs: number;
}

/** The presented token with its session, both as they are under the session's lock. */
export interface TokenFamily {
  readonly session: Session;
  readonly token: RefreshToken;
}

/** Refresh tokens live 30 days unused; each use starts the 30 days anew. */
export const REFRESH_TOKEN_TTL_MS = 30 * 24 * 60 * 60 * 1000;

/**
 * A phone that loses the answer, or two tabs that refresh at once, come back within seconds. Reuse
 * detection without this window ends honest sessions (AU-07 names 415 of 679 in one system).
 */
export const REFRESH_GRACE_MS = 10_000;

export const hashRefreshToken = (refreshToken: string): string => sha256Hex(refreshToken);

export type RefreshVerdict = 'rotate' | 'replay' | 'reused' | 'expired' | 'revoked';

/** What a presented token deserves. A revoked session wins over everything, reuse over age. */
export const judgeRefresh = ({ session, token }: TokenFamily, nowMs: number): RefreshVerdict => {
  if (session.revokedAtMs !== null) return 'revoked';
  if (token.status === 'spent') {
    const isInGrace = token.graceUntilMs !== null && nowMs <= token.graceUntilMs;
    return isInGrace && token.successorSealed !== null ? 'replay' : 'reused';
  }
  return nowMs < token.expiresAtMs ? 'rotate' : 'expired';
};

export const newRefreshToken = (
  refreshToken: string,
  {
    id,
    sessionId,
    nowMs,
  }: { readonly id: string; readonly sessionId: string; readonly nowMs: number },
): RefreshToken => ({
  id,
  sessionId,
  tokenHash: hashRefreshToken(refreshToken),
  status: 'current',
  spentAtMs: null,
  graceUntilMs: null,
  successorSealed: null,
  expiresAtMs: nowMs + REFRESH_TOKEN_TTL_MS,
});

/** Spends a token on a pair. The pair is sealed with a key that only the token itself yields. */
export const spend = (
  token: RefreshToken,
  presented: string,
  pair: TokenPair,
  nowMs: number,
): RefreshToken => ({
  ...token,
  status: 'spent',
  spentAtMs: nowMs,
  graceUntilMs: nowMs + REFRESH_GRACE_MS,
  successorSealed: successorSealer(presented).seal(JSON.stringify(pair), successorContext(token)),
});

/** The very pair that `spend` sealed, byte for byte. */
export const openSuccessor = (token: RefreshToken, presented: string): TokenPair => {
  assert(token.successorSealed !== null, 'a token in its grace time has a successor');
  const text = successorSealer(presented).open(token.successorSealed, successorContext(token));
  return JSON.parse(text) as TokenPair;
};

const successorSealer = (presented: string) =>
  sealerFromSecret(presented, 'auth.refresh-token.successor');

const successorContext = (token: RefreshToken): string => `auth.successor:${token.id}`;
