import type { Revocation } from '@app/contracts';
import type { AuthFact } from '../../src/domain/auth-fact.ts';
import type { RefreshToken } from '../../src/domain/refresh-token.ts';
import { isLive, type Session } from '../../src/domain/session.ts';
import type {
  ExpiredRows,
  RevocationRepository,
  SessionChange,
  SessionRepository,
} from '../../src/repository.ts';

/** The repositories without a database; the contract suite keeps them as strict as MySQL. */
export interface MemoryStore {
  readonly sessions: SessionRepository;
  readonly revocations: RevocationRepository;
  readonly expired: ExpiredRows;
  /** Facts in the order of their commits. */
  readonly facts: AuthFact[];
}

const keyOf = ({ kind, subject }: Revocation): string => `${kind}\n${subject}`;

export const createMemoryStore = (): MemoryStore => {
  const people = new Map<string, Session>();
  const tokens = new Map<string, RefreshToken>();
  const entries = new Map<string, Revocation>();
  const facts: AuthFact[] = [];

  const write = (change: SessionChange): void => {
    const { newSession, newToken, spentToken } = change;
    for (const session of [newSession, ...(change.sessions ?? [])]) {
      if (session !== undefined) people.set(session.id, session);
    }
    for (const token of [newToken, spentToken]) {
      if (token !== undefined) tokens.set(token.tokenHash, token);
    }
    for (const entry of change.revocations ?? []) {
      const known = entries.get(keyOf(entry));
      if (known === undefined || known.revokedAtMs < entry.revokedAtMs) {
        entries.set(keyOf(entry), entry);
      }
    }
    facts.push(...(change.facts ?? []));
  };

  const unrevokedOf = (userId: string): Session[] =>
    [...people.values()]
      .filter((session) => session.userId === userId && session.revokedAtMs === null)
      .sort((a, b) => b.lastUsedAtMs - a.lastUsedAtMs);

  const sessions: SessionRepository = {
    start: async (userId, change) => {
      await Promise.resolve();
      const revokedUpToMs = entries.get(`user\n${userId}`)?.revokedAtMs ?? null;
      const { change: changes, result } = change({ sessions: unrevokedOf(userId), revokedUpToMs });
      write(changes);
      return result;
    },
    exchange: async (tokenHash, change) => {
      await Promise.resolve();
      const token = tokens.get(tokenHash);
      const session = people.get(token?.sessionId ?? '');
      if (token === undefined || session === undefined) return undefined;
      const { change: changes, result } = change({ session, token });
      write(changes);
      return result;
    },
    end: async (sessionId, change) => {
      await Promise.resolve();
      const session = people.get(sessionId);
      if (session === undefined) return undefined;
      const ended = change(session);
      write(ended);
      return ended;
    },
    endAll: async (userId, change) => {
      await Promise.resolve();
      const ended = change(unrevokedOf(userId));
      write(ended);
      return ended;
    },
    listLive: (userId, nowMs) =>
      Promise.resolve(unrevokedOf(userId).filter((session) => isLive(session, nowMs))),
  };

  const revocations: RevocationRepository = {
    list: ({ fromMs, nowMs, limit, cursor }) => {
      const place = (entry: Revocation): string =>
        `${String(entry.revokedAtMs).padStart(16, '0')}:${entry.subject}`;
      const found = [...entries.values()]
        .filter((entry) => entry.revokedAtMs >= fromMs && entry.expiresAtMs > nowMs)
        .filter((entry) => cursor === undefined || place(entry) > cursor)
        .sort((a, b) => (place(a) < place(b) ? -1 : 1));
      const items = found.slice(0, limit);
      const last = items.at(-1);
      const hasMore = found.length > limit && last !== undefined;
      return Promise.resolve({ items, nextCursor: hasMore ? place(last) : null });
    },
  };

  const expired: ExpiredRows = {
    purge: (nowMs, limit) => {
      const stale = (map: Map<string, { expiresAtMs: number }>) =>
        [...map].filter(([, row]) => row.expiresAtMs < nowMs).slice(0, limit);
      const graceOver = [...tokens.values()]
        .filter((token) => token.graceUntilMs !== null && token.graceUntilMs < nowMs)
        .slice(0, limit);
      for (const token of graceOver) {
        const bare = { ...token, graceUntilMs: null, successorSealed: null };
        tokens.set(token.tokenHash, bare);
      }
      let touched = graceOver.length;
      for (const map of [tokens, people, entries] as Map<string, { expiresAtMs: number }>[]) {
        for (const [key] of stale(map)) {
          map.delete(key);
          touched += 1;
        }
      }
      return Promise.resolve(touched);
    },
  };

  return { sessions, revocations, expired, facts };
};
