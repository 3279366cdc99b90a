import { fromSqlTime, fromSqlTimeOrNull, toSqlTime } from '@app/mysql';
import type { Selectable } from 'kysely';
import type { RefreshToken } from '../../domain/refresh-token.ts';
import type { Session } from '../../domain/session.ts';
import type { RefreshTokenTable, SessionTable } from './tables.ts';

const toSqlTimeOrNull = (atMs: number | null): Date | null =>
  atMs === null ? null : toSqlTime(atMs);

export const toSession = (row: Selectable<SessionTable>): Session => ({
  id: row.id,
  userId: row.user_id,
  provider: row.provider,
  device: row.device,
  createdAtMs: fromSqlTime(row.created_at),
  lastUsedAtMs: fromSqlTime(row.last_used_at),
  revokedAtMs: fromSqlTimeOrNull(row.revoked_at),
  expiresAtMs: fromSqlTime(row.expires_at),
});

/** What may change about a session. */
export const sessionState = (session: Session) => ({
  device: session.device,
  last_used_at: toSqlTime(session.lastUsedAtMs),
  revoked_at: toSqlTimeOrNull(session.revokedAtMs),
  expires_at: toSqlTime(session.expiresAtMs),
});

export const toSessionRow = (session: Session): Selectable<SessionTable> => ({
  id: session.id,
  user_id: session.userId,
  provider: session.provider,
  created_at: toSqlTime(session.createdAtMs),
  ...sessionState(session),
});

export const toRefreshToken = (row: Selectable<RefreshTokenTable>): RefreshToken => ({
  id: row.id,
  sessionId: row.session_id,
  tokenHash: row.token_hash,
  status: row.status,
  spentAtMs: fromSqlTimeOrNull(row.spent_at),
  graceUntilMs: fromSqlTimeOrNull(row.grace_until),
  successorSealed: row.successor_sealed,
  expiresAtMs: fromSqlTime(row.expires_at),
});

/** What may change about a refresh token. */
export const refreshTokenState = (token: RefreshToken) => ({
  status: token.status,
  spent_at: toSqlTimeOrNull(token.spentAtMs),
  grace_until: toSqlTimeOrNull(token.graceUntilMs),
  successor_sealed: token.successorSealed,
});

export const toRefreshTokenRow = (token: RefreshToken): Selectable<RefreshTokenTable> => ({
  id: token.id,
  session_id: token.sessionId,
  token_hash: token.tokenHash,
  expires_at: toSqlTime(token.expiresAtMs),
  ...refreshTokenState(token),
});
