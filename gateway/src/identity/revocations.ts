import type { Revocation } from '@app/contracts';
import { STALE_AFTER_MS, type Learnt } from './news-watch.ts';
import type { TokenClaims } from './token-verifier.ts';

/** Why a genuine token is refused. */
export type Refusal = 'TOKEN_REVOKED' | 'SESSION_REPLACED';

/** What this gateway knows about revoked sessions and users. */
export interface Revocations extends Learnt<Revocation> {
  /** The code to refuse the token with, or `undefined` when nothing is known against it. */
  refusalOf(claims: TokenClaims): Refusal | undefined;
  readonly size: number;
}

interface SessionEntry {
  readonly expiresAtMs: number;
  readonly refusal: Refusal;
}

interface UserEntry {
  revokedAtMs: number;
  expiresAtMs: number;
}

/**
 * A session stays dead by its id alone. A user's entry kills the tokens issued at or before a
 * moment, so that a sign-in after an unfreeze or "log out everywhere" holds. `iat` has whole
 * seconds only, which would make a token issued later in the same second look older than the
 * revocation: auth therefore signs the claim `ims` (milliseconds) too. For a token without `ims`
 * the start of its second counts: at worst such a fresh token is refused and the user signs in
 * again; never does a revoked one pass.
 */
export const createRevocations = (): Revocations => {
  const sessions = new Map<string, SessionEntry>();
  const users = new Map<string, UserEntry>();
  let confirmedAtMs = Number.NEGATIVE_INFINITY;

  const learnUser = ({ subject, revokedAtMs, expiresAtMs }: Revocation): void => {
    const known = users.get(subject);
    if (known === undefined) users.set(subject, { revokedAtMs, expiresAtMs });
    else {
      known.revokedAtMs = Math.max(known.revokedAtMs, revokedAtMs);
      known.expiresAtMs = Math.max(known.expiresAtMs, expiresAtMs);
    }
  };

  const learnSession = ({ subject, expiresAtMs, reason }: Revocation): void => {
    const known = sessions.get(subject);
    const refusal = reason === 'replaced' ? 'SESSION_REPLACED' : 'TOKEN_REVOKED';
    sessions.set(subject, {
      expiresAtMs: Math.max(known?.expiresAtMs ?? 0, expiresAtMs),
      // A session ends once; what was said of it first stays.
      refusal: known?.refusal ?? refusal,
    });
  };

  return {
    learn: (items) => {
      for (const item of items)
        if (item.kind === 'user') learnUser(item);
        else learnSession(item);
    },
    confirm: (atMs) => {
      confirmedAtMs = atMs;
    },
    refusalOf: ({ subject, sessionId, issuedAtMs }) => {
      const session = sessions.get(sessionId);
      if (session !== undefined) return session.refusal;
      const user = users.get(subject);
      return user !== undefined && issuedAtMs <= user.revokedAtMs ? 'TOKEN_REVOKED' : undefined;
    },
    isCurrent: (atMs) => atMs - confirmedAtMs <= STALE_AFTER_MS,
    prune: (nowMs) => {
      for (const [id, { expiresAtMs }] of sessions) if (expiresAtMs < nowMs) sessions.delete(id);
      for (const [id, { expiresAtMs }] of users) if (expiresAtMs < nowMs) users.delete(id);
    },
    get size() {
      return sessions.size + users.size;
    },
  };
};
