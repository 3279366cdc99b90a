import { fromSqlTime, toSqlTime, type Database, type Outbox } from '@app/mysql';
import type { Kysely, Transaction } from 'kysely';
import type { Ended, Session } from '../../domain/session.ts';
import type { SessionRepository } from '../../repository.ts';
import { toRefreshToken, toSession } from './session-rows.ts';
import type { Tables } from './tables.ts';
import { writeChange } from './write-change.ts';

interface Deps {
  readonly db: Database<Tables>;
  readonly outbox: Outbox<Tables>;
}

/** Which session a token belongs to. Not locking: a guessed token must not cost a lock. */
export const selectTokenPlace = (db: Kysely<Tables>, tokenHash: string) =>
  db.selectFrom('refresh_token').select(['id', 'session_id']).where('token_hash', '=', tokenHash);

/** All tokens of a session wait for this one lock, so a family changes one step at a time. */
export const lockSession = (db: Kysely<Tables>, sessionId: string) =>
  db.selectFrom('session').selectAll().where('id', '=', sessionId).forUpdate();

export const selectToken = (db: Kysely<Tables>, tokenId: string) =>
  db.selectFrom('refresh_token').selectAll().where('id', '=', tokenId);

/** In the order of their ids, so that two of these never wait for each other. */
export const lockUnrevoked = (db: Kysely<Tables>, userId: string) =>
  db
    .selectFrom('session')
    .selectAll()
    .where('user_id', '=', userId)
    .where('revoked_at', 'is', null)
    .orderBy('id')
    .forUpdate();

export const selectLive = (db: Kysely<Tables>, userId: string, nowMs: number) =>
  db
    .selectFrom('session')
    .selectAll()
    .where('user_id', '=', userId)
    .where('revoked_at', 'is', null)
    .where('expires_at', '>', toSqlTime(nowMs))
    .orderBy('last_used_at', 'desc')
    .orderBy('id', 'desc');

export const selectUserRevocation = (db: Kysely<Tables>, userId: string) =>
  db
    .selectFrom('revocation')
    .select('revoked_at')
    .where('kind', '=', 'user')
    .where('subject', '=', userId);

export const createMysqlSessionRepository = ({ db, outbox }: Deps): SessionRepository => {
  const unrevoked = async (tx: Transaction<Tables>, userId: string): Promise<Session[]> =>
    (await lockUnrevoked(tx, userId).execute()).map(toSession);

  const endAllWithin = async (
    tx: Transaction<Tables>,
    userId: string,
    change: (sessions: readonly Session[]) => Ended,
  ): Promise<Ended> => {
    const ended = change(await unrevoked(tx, userId));
    await writeChange(outbox, tx, ended);
    return ended;
  };

  return {
    start: (userId, change) =>
      db.transaction(async (tx) => {
        const sessions = await unrevoked(tx, userId);
        const revoked = await selectUserRevocation(tx, userId).executeTakeFirst();
        const revokedUpToMs = revoked === undefined ? null : fromSqlTime(revoked.revoked_at);
        const { change: changes, result } = change({ sessions, revokedUpToMs });
        await writeChange(outbox, tx, changes);
        return result;
      }),

    exchange: async (tokenHash, change) => {
      const place = await selectTokenPlace(db.write, tokenHash).executeTakeFirst();
      if (place === undefined) return undefined;
      return db.transaction(async (tx) => {
        const session = await lockSession(tx, place.session_id).executeTakeFirst();
        const token = await selectToken(tx, place.id).executeTakeFirst();
        if (session === undefined || token === undefined) return undefined; // purged meanwhile
        const { change: changes, result } = change({
          session: toSession(session),
          token: toRefreshToken(token),
        });
        await writeChange(outbox, tx, changes);
        return result;
      });
    },

    end: (sessionId, change) =>
      db.transaction(async (tx) => {
        const row = await lockSession(tx, sessionId).executeTakeFirst();
        if (row === undefined) return undefined;
        const ended = change(toSession(row));
        await writeChange(outbox, tx, ended);
        return ended;
      }),

    endAll: (userId, change, scope) =>
      scope === undefined
        ? db.transaction((tx) => endAllWithin(tx, userId, change))
        : endAllWithin(scope as Transaction<Tables>, userId, change),

    listLive: async (userId, nowMs) =>
      (await selectLive(db.write, userId, nowMs).execute()).map(toSession),
  };
};
