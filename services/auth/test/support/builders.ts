import { createUlids, type Ids } from '@app/kernel';
import { newRefreshToken, type RefreshToken } from '../../src/domain/refresh-token.ts';
import type { Session } from '../../src/domain/session.ts';

export const ids: Ids = createUlids();

/** 2026-11-20T08:00:00.123Z: milliseconds that are not zero, so that a lost precision shows. */
export const NOON_MS = 1_795_161_600_123;

export const aSession = (overrides: Partial<Session> = {}): Session => ({
  id: ids.next(),
  userId: ids.next(),
  provider: 'wechat',
  device: 'MicroMessenger/8.0',
  createdAtMs: NOON_MS,
  lastUsedAtMs: NOON_MS,
  revokedAtMs: null,
  expiresAtMs: NOON_MS + 30 * 86_400_000,
  ...overrides,
});

export const aToken = (text: string, overrides: Partial<RefreshToken> = {}): RefreshToken => ({
  ...newRefreshToken(text, { id: ids.next(), sessionId: ids.next(), nowMs: NOON_MS }),
  ...overrides,
});
