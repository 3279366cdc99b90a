import { wechatCcs } from '@app/contracts';
import { isDuplicateKey, toSqlTime, type Database, type Outbox } from '@app/mysql';
import type { Kysely } from 'kysely';
import type { PushRepository } from '../../repository.ts';
import type { PushMessageTable, Tables } from './tables.ts';

interface Deps {
  readonly db: Database<Tables>;
  readonly outbox: Outbox<Tables>;
}

/** Of many at once one writes and the others wait for its end: the primary key decides. */
const insert = async (db: Kysely<Tables>, row: PushMessageTable): Promise<boolean> => {
  try {
    await db.insertInto('push_message').values(row).execute();
    return true;
  } catch (error) {
    if (isDuplicateKey(error)) return false;
    throw error;
  }
};

export const createMysqlPushRepository = ({ db, outbox }: Deps): PushRepository => ({
  record: (appId, { fields, dedupeKey, ...message }, receivedAtMs) =>
    db.transaction(async (tx) => {
      const isNew = await insert(tx, {
        app_id: appId,
        dedupe_key: dedupeKey,
        msg_type: message.msgType,
        event: message.event,
        received_at: toSqlTime(receivedAtMs),
      });
      if (isNew)
        await outbox.add(tx, wechatCcs.facts.messagePushed, { appId, ...message, message: fields });
      return isNew;
    }),
  async purge(receivedBeforeMs, limit) {
    const { numDeletedRows } = await db.write
      .deleteFrom('push_message')
      .where('received_at', '<', toSqlTime(receivedBeforeMs))
      .orderBy('received_at')
      .limit(limit)
      .executeTakeFirst();
    return Number(numDeletedRows);
  },
});
