import { adminTokenRules, type AdminTokenClaims, type Revocation } from '@app/contracts';
import type { AdminSession } from './directory.ts';

/** A machine's clock may be behind the issuer's: entries outlive the tokens by this much. */
const CLOCK_SKEW_MS = 60_000;

const LIFETIME_MS = adminTokenRules.lifetimeSeconds * 1000;

/** What a token says; gateways check it by `adminTokenRules`. */
export const adminTokenClaims = (
  who: {
    readonly accountId: string;
    readonly sessionId: string;
    readonly marks: readonly string[];
  },
  issuedAtMs: number,
): AdminTokenClaims => ({
  iss: adminTokenRules.issuer,
  aud: adminTokenRules.audience,
  sub: who.accountId,
  sid: who.sessionId,
  iat: Math.floor(issuedAtMs / 1000),
  ims: issuedAtMs,
  exp: Math.floor(issuedAtMs / 1000) + adminTokenRules.lifetimeSeconds,
  marks: [...who.marks],
});

export const adminSessionExpiresAtMs = (startedAtMs: number): number => startedAtMs + LIFETIME_MS;

/** What gateways need to refuse the session's token, for as long as it could be valid. */
export const endAdminSession = (
  session: AdminSession,
  nowMs: number,
  reason?: 'replaced',
): Revocation => ({
  kind: 'session',
  subject: session.sessionId,
  revokedAtMs: Math.max(nowMs, session.startedAtMs),
  expiresAtMs: session.expiresAtMs + CLOCK_SKEW_MS,
  ...(reason === undefined ? {} : { reason }),
});
