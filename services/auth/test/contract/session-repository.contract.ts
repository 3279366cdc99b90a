import type { Test } from 'tap';
import type { AuthFact } from '../../src/domain/auth-fact.ts';
import { spend } from '../../src/domain/refresh-token.ts';
import {
  accessTokensDeadAtMs,
  endAllSessions,
  endSession,
  type Session,
} from '../../src/domain/session.ts';
import type { ExpiredRows, RevocationRepository, SessionRepository } from '../../src/repository.ts';
import { aSession, aToken, ids, NOON_MS } from '../support/builders.ts';

export interface Repositories {
  readonly sessions: SessionRepository;
  readonly revocations: RevocationRepository;
  readonly expired: ExpiredRows;
  /** Facts about one user, in the order of their commits. */
  factsOf(userId: string): Promise<readonly AuthFact[]>;
}

const pair = { accessToken: 'a.b.c', refreshToken: 'rt_next', expiresIn: 7200 };

let count = 0;
/** 64 hex digits that nobody else has. */
const hash = (): string =>
  ids.next().toLowerCase().padStart(60, '0') + String(count++).padStart(4, '0');

/** What every implementation of the storage ports must do. */
export const sessionRepositoryContract = async (t: Test, build: () => Promise<Repositories>) => {
  const { sessions, revocations, expired, factsOf } = await build();

  const start = async (overrides: Partial<Session> = {}) => {
    const session = aSession(overrides);
    const token = aToken('rt_x', {
      sessionId: session.id,
      tokenHash: hash(),
      expiresAtMs: session.expiresAtMs,
    });
    await sessions.start(session.userId, () => ({
      change: { newSession: session, newToken: token },
      result: null,
    }));
    return { session, token };
  };

  const rotate = (tokenHash: string, next = hash()) =>
    sessions.exchange(tokenHash, ({ session, token }) => {
      if (token.status === 'spent') return { change: {}, result: token.successorSealed };
      const spentToken = spend(token, 'rt_x', pair, NOON_MS);
      const newToken = aToken('rt_y', { sessionId: session.id, tokenHash: next });
      return { change: { spentToken, newToken }, result: spentToken.successorSealed };
    });

  await t.test('a session and its token come back exactly as stored', async (t) => {
    const { session, token } = await start({ device: '微信 😀'.repeat(10) });

    const family = await sessions.exchange(token.tokenHash, (found) => ({
      change: {},
      result: found,
    }));

    t.same(family, { session, token });
    t.same(await sessions.listLive(session.userId, NOON_MS), [session]);
  });

  await t.test('nobody has a token that was never stored', async (t) => {
    t.equal(await sessions.exchange(hash(), () => ({ change: {}, result: 'called' })), undefined);
  });

  await t.test('a new session is decided on what the user has', async (t) => {
    const { session } = await start();
    await sessions.endAll(session.userId, (live) =>
      endAllSessions(session.userId, live, { reason: 'frozen', nowMs: NOON_MS + 5 }),
    );
    const { session: second } = await start({ userId: session.userId });

    const seen = await sessions.start(session.userId, (current) => ({
      change: {},
      result: current,
    }));

    t.same(seen, { sessions: [second], revokedUpToMs: NOON_MS + 5 });
  });

  await t.test(
    'of 50 parallel exchanges one spends the token, all see its successor',
    async (t) => {
      const { token } = await start();
      let changes = 0;

      const results = await Promise.all(
        Array.from({ length: 50 }, () =>
          sessions.exchange(token.tokenHash, (family) => {
            if (family.token.status === 'spent') {
              return { change: {}, result: family.token.successorSealed };
            }
            changes += 1;
            const spentToken = spend(family.token, 'rt_x', pair, NOON_MS);
            return { change: { spentToken }, result: spentToken.successorSealed };
          }),
        ),
      );

      t.equal(changes, 1);
      t.equal(new Set(results).size, 1);
    },
  );

  await t.test('an exchange that throws leaves the token as it was', async (t) => {
    const { token } = await start();

    await t.rejects(
      sessions.exchange(token.tokenHash, () => {
        throw new Error('crash');
      }),
      { message: 'crash' },
    );

    const status = await sessions.exchange(token.tokenHash, (family) => ({
      change: {},
      result: family.token.status,
    }));
    t.equal(status, 'current');
  });

  await t.test('what an exchange returns is stored although its caller will fail', async (t) => {
    const { session, token } = await start();

    await sessions.exchange(token.tokenHash, (family) => ({
      change: endSession(family.session, 'refresh-reuse', NOON_MS + 3),
      result: null,
    }));

    t.same(await sessions.listLive(session.userId, NOON_MS), []);
    t.match(await factsOf(session.userId), [{ payload: { reason: 'refresh-reuse' } }]);
  });

  await t.test('ending a session twice at once is one end and one fact', async (t) => {
    const { session } = await start();
    const end = () =>
      sessions.end(session.id, (current) => endSession(current, 'logout', NOON_MS + 1));

    const ends = await Promise.all(Array.from({ length: 20 }, end));

    t.equal(ends.filter((ended) => ended?.facts.length === 1).length, 1);
    t.ok(ends.every((ended) => ended?.revocations[0]?.revokedAtMs === NOON_MS + 1));
    t.equal((await factsOf(session.userId)).length, 1);
    t.equal(await sessions.end(ids.next(), () => t.fail('called') as never), undefined);
  });

  await t.test('a refusal inside ends nothing', async (t) => {
    const { session } = await start();

    await t.rejects(
      sessions.end(session.id, () => {
        throw new Error('not yours');
      }),
    );

    t.same(await sessions.listLive(session.userId, NOON_MS), [session]);
  });

  await t.test('all sessions of a user end together and those of others stay', async (t) => {
    const { session } = await start();
    await start({ userId: session.userId });
    const { session: other } = await start();

    await sessions.endAll(session.userId, (live) =>
      endAllSessions(session.userId, live, { reason: 'logout-everywhere', nowMs: NOON_MS }),
    );

    t.same(await sessions.listLive(session.userId, NOON_MS), []);
    t.same(await sessions.listLive(other.userId, NOON_MS), [other]);
    t.equal((await factsOf(session.userId)).length, 2);
  });

  await t.test(
    'live sessions are listed by last use, without expired and ended ones',
    async (t) => {
      const userId = ids.next();
      const { session: old } = await start({ userId, lastUsedAtMs: NOON_MS - 10 });
      const { session: young } = await start({ userId, lastUsedAtMs: NOON_MS });
      await start({ userId, expiresAtMs: NOON_MS });
      const { session: ended } = await start({ userId });
      await sessions.end(ended.id, (current) => endSession(current, 'logout', NOON_MS));

      const live = await sessions.listLive(userId, NOON_MS);

      t.same(
        live.map(({ id }) => id),
        [young.id, old.id],
      );
    },
  );

  // Far from the other cases' moments, so that nothing of theirs is listed.
  const FAR_MS = NOON_MS + 1_000_000_000;
  const revoke = async (atMs: number) => {
    const { session } = await start({ lastUsedAtMs: atMs });
    await sessions.end(session.id, (current) => endSession(current, 'logout', atMs));
    return session.id;
  };

  await t.test(
    'revocations come page by page, oldest first, none twice and none left out',
    async (t) => {
      const revoked: string[] = [];
      // Several in the same millisecond, where a page may end.
      for (const atMs of [0, 1, 1, 1, 1, 2, 3]) revoked.push(await revoke(FAR_MS + atMs));

      const seen: string[] = [];
      let cursor: string | null | undefined;
      let pages = 0;
      while (cursor !== null) {
        const page = await revocations.list({
          fromMs: FAR_MS,
          nowMs: FAR_MS,
          limit: 2,
          cursor: cursor ?? undefined,
        });
        seen.push(...page.items.map(({ subject }) => subject));
        cursor = page.nextCursor;
        pages += 1;
      }

      t.equal(pages, 4);
      t.same([...seen].sort(), [...revoked].sort());
      t.equal(seen.at(-1), revoked.at(-1));
    },
  );

  await t.test('a revocation is forgotten when every token it kills has expired', async (t) => {
    const atMs = FAR_MS + 100_000_000;
    const subject = await revoke(atMs);
    const listAt = (nowMs: number) =>
      revocations.list({ fromMs: atMs, nowMs, limit: 10, cursor: undefined });

    t.match((await listAt(accessTokensDeadAtMs(atMs) - 1)).items, [{ kind: 'session', subject }]);
    t.same((await listAt(accessTokensDeadAtMs(atMs))).items, []);
  });

  await t.test("a user's revocation only moves forward", async (t) => {
    const userId = ids.next();
    const atMs = FAR_MS + 200_000_000;
    const endAll = (nowMs: number) =>
      sessions.endAll(userId, (live) =>
        endAllSessions(userId, live, { reason: 'logout-everywhere', nowMs }),
      );

    await endAll(atMs + 5);
    await endAll(atMs);

    const { items } = await revocations.list({
      fromMs: atMs,
      nowMs: atMs,
      limit: 10,
      cursor: undefined,
    });
    t.match(items, [{ kind: 'user', subject: userId, revokedAtMs: atMs + 5 }]);
  });

  await t.test('purging wipes successors, deletes the expired and leaves the living', async (t) => {
    const atMs = NOON_MS + 100 * 86_400_000;
    const { session, token } = await start({ expiresAtMs: atMs + 1 });
    await rotate(token.tokenHash);
    const dead = await start({ expiresAtMs: atMs - 1 });

    while ((await expired.purge(atMs, 1000)) > 0);

    t.same(await sessions.listLive(session.userId, atMs), [{ ...session, expiresAtMs: atMs + 1 }]);
    const wiped = await sessions.exchange(token.tokenHash, (family) => ({
      change: {},
      result: family.token,
    }));
    t.match(wiped, { status: 'spent', successorSealed: null, graceUntilMs: null });
    t.equal(
      await sessions.exchange(dead.token.tokenHash, () => ({ change: {}, result: 'called' })),
      undefined,
    );
  });

  await t.test('a purge touches no more than it is allowed to per table', async (t) => {
    const atMs = NOON_MS + 1000 * 86_400_000;
    while ((await expired.purge(atMs, 1000)) > 0);
    for (let i = 0; i < 5; i += 1) await start({ expiresAtMs: atMs - 1 });

    const first = await expired.purge(atMs, 2);

    t.ok(first <= 4, `${String(first)} rows of two tables`);
    while ((await expired.purge(atMs, 2)) > 0);
  });
};
