import type { Sealer } from '@app/kernel';
import { fromSqlTime, toSqlTime, type Database } from '@app/mysql';
import { sql, type Kysely } from 'kysely';
import type { SessionKeyRepository } from '../../repository.ts';
import type { Tables } from './tables.ts';

interface Deps {
  readonly db: Database<Tables>;
  readonly sealer: Sealer;
}

const contextOf = (appId: string, openid: string): string =>
  `wechat-ccs.session-key:${appId}:${openid}`;

/** A row that was obtained later stays as it is. The time is assigned last: assignments run in order. */
export const upsertSession = (db: Kysely<Tables>, row: Tables['wechat_session']) =>
  db
    .insertInto('wechat_session')
    .values(row)
    .onDuplicateKeyUpdate({
      session_key_sealed: sql<string>`if(values(obtained_at) >= obtained_at, values(session_key_sealed), session_key_sealed)`,
      obtained_at: sql<Date>`greatest(values(obtained_at), obtained_at)`,
    });

export const selectSession = (db: Kysely<Tables>, appId: string, openid: string) =>
  db
    .selectFrom('wechat_session')
    .select(['session_key_sealed', 'obtained_at'])
    .where('app_id', '=', appId)
    .where('openid', '=', openid);

export const createMysqlSessionKeyRepository = ({ db, sealer }: Deps): SessionKeyRepository => ({
  async save({ appId, openid, sessionKey, obtainedAtMs }) {
    await upsertSession(db.write, {
      app_id: appId,
      openid,
      session_key_sealed: sealer.seal(sessionKey, contextOf(appId, openid)),
      obtained_at: toSqlTime(obtainedAtMs),
    }).execute();
  },
  async find(appId, openid) {
    const row = await selectSession(db.write, appId, openid).executeTakeFirst();
    return row === undefined
      ? undefined
      : {
          appId,
          openid,
          sessionKey: sealer.open(row.session_key_sealed, contextOf(appId, openid)),
          obtainedAtMs: fromSqlTime(row.obtained_at),
        };
  },
});
