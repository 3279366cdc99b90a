import { accessTokenRules, type Revocation, type SessionView } from '@app/contracts';
import { toRfc3339 } from '@app/kernel';
import type { AuthFact, RevocationReason } from './auth-fact.ts';

/** One sign-in on one device, with the family of refresh tokens that keeps it alive. */
export interface Session {
  readonly id: string;
  readonly userId: string;
  readonly provider: string;
  /** The User-Agent of the last use. */
  readonly device: string;
  readonly createdAtMs: number;
  /** When its newest access token was issued; never goes back. */
  readonly lastUsedAtMs: number;
  readonly revokedAtMs: number | null;
  /** When its newest refresh token expires. */
  readonly expiresAtMs: number;
}

export interface Ended {
  readonly sessions: readonly Session[];
  readonly revocations: readonly Revocation[];
  readonly facts: readonly AuthFact[];
}

/** More than any person has devices; a client that signs in at every start must not pile up rows. */
export const SESSIONS_MAX = 50;
const DEVICE_LENGTH_MAX = 200;

/** A machine's clock may be behind the issuer's: entries outlive the tokens by this much. */
const CLOCK_SKEW_MS = 60_000;

/** From then on every access token that was issued up to `issuedAtMs` has expired. */
export const accessTokensDeadAtMs = (issuedAtMs: number): number =>
  issuedAtMs + accessTokenRules.lifetimeSeconds * 1000 + CLOCK_SKEW_MS;

export const isLive = (session: Session, nowMs: number): boolean =>
  session.revokedAtMs === null && nowMs < session.expiresAtMs;

export const deviceOf = (userAgent: string | undefined): string =>
  Array.from(userAgent ?? '')
    .slice(0, DEVICE_LENGTH_MAX)
    .join('');

/** What gateways need to refuse every token of this ended session. */
export const sessionRevocation = (sessionId: string, revokedAtMs: number): Revocation => ({
  kind: 'session',
  subject: sessionId,
  revokedAtMs,
  expiresAtMs: accessTokensDeadAtMs(revokedAtMs),
});

/** Ends one session. Ending an ended one changes nothing and says again what was said then. */
export const endSession = (session: Session, reason: RevocationReason, nowMs: number): Ended => {
  if (session.revokedAtMs !== null) {
    const revocations = [sessionRevocation(session.id, session.revokedAtMs)];
    return { sessions: [], revocations, facts: [] };
  }
  // A token may carry a moment ahead of this machine's clock, if another one issued it.
  const revokedAtMs = Math.max(nowMs, session.lastUsedAtMs);
  return {
    sessions: [{ ...session, revokedAtMs }],
    revocations: [sessionRevocation(session.id, revokedAtMs)],
    facts: [revokedFact(session, reason, revokedAtMs)],
  };
};

/**
 * Ends all sessions of a user by one revocation: every token that any of them was given is dead,
 * also one that another machine with a faster clock issued.
 */
export const endAllSessions = (
  userId: string,
  sessions: readonly Session[],
  { reason, nowMs }: { readonly reason: RevocationReason; readonly nowMs: number },
): Ended => {
  const live = sessions.filter((session) => isLive(session, nowMs));
  const revokedAtMs = Math.max(nowMs, ...live.map((session) => session.lastUsedAtMs));
  return {
    sessions: live.map((session) => ({ ...session, revokedAtMs })),
    revocations: [
      {
        kind: 'user',
        subject: userId,
        revokedAtMs,
        expiresAtMs: accessTokensDeadAtMs(revokedAtMs),
      },
    ],
    facts: live.map((session) => revokedFact(session, reason, revokedAtMs)),
  };
};

/** The sessions that must end so that one more fits: the least recently used ones. */
export const endSurplus = (sessions: readonly Session[], nowMs: number): Ended => {
  const surplus = sessions
    .filter((session) => isLive(session, nowMs))
    .sort((a, b) => b.lastUsedAtMs - a.lastUsedAtMs || (a.id < b.id ? 1 : -1))
    .slice(SESSIONS_MAX - 1)
    .map((session) => endSession(session, 'too-many', nowMs));
  return {
    sessions: surplus.flatMap((ended) => ended.sessions),
    revocations: surplus.flatMap((ended) => ended.revocations),
    facts: surplus.flatMap((ended) => ended.facts),
  };
};

export const toSessionView = (session: Session, currentId: string): SessionView => ({
  id: session.id,
  provider: session.provider,
  device: session.device,
  createdAt: toRfc3339(session.createdAtMs),
  lastUsedAt: toRfc3339(session.lastUsedAtMs),
  isCurrent: session.id === currentId,
});

const revokedFact = (
  session: Session,
  reason: RevocationReason,
  revokedAtMs: number,
): AuthFact => ({
  name: 'sessionRevoked',
  payload: { userId: session.userId, sessionId: session.id, reason, revokedAtMs },
});
