import { fromSqlTime, isDuplicateKey, toSqlTime, type Database } from '@app/mysql';
import { sql, type Kysely, type Transaction } from 'kysely';
import {
  EVENT_PRECISION_MS,
  afterEvent,
  type GrantEvent,
  type SubscribeGrant,
} from '../../domain/subscribe-grant.ts';
import type { StoredMessage } from '../../domain/subscribe-message.ts';
import type { AppUser, SubscribeGrantRepository } from '../../repository.ts';
import type { SubscribeGrantTable, Tables } from './tables.ts';

interface Deps {
  readonly db: Database<Tables>;
}

type GrantKey = AppUser & { readonly templateId: string };

export const selectGrants = (
  db: Kysely<Tables>,
  { appId, openid }: AppUser,
  templateIds: readonly string[],
) =>
  db
    .selectFrom('subscribe_grant')
    .select(['template_id', 'remaining', 'last_event', 'last_event_at'])
    .where('app_id', '=', appId)
    .where('openid', '=', openid)
    .where('template_id', 'in', templateIds);

const updateGrant = (db: Kysely<Tables>, { appId, openid, templateId }: GrantKey) =>
  db
    .updateTable('subscribe_grant')
    .where('app_id', '=', appId)
    .where('openid', '=', openid)
    .where('template_id', '=', templateId);

/** Never below zero, however many take at once. */
export const takeOne = (db: Kysely<Tables>, key: GrantKey) =>
  updateGrant(db, key)
    .set({ remaining: sql<number>`remaining - 1` })
    .where('remaining', '>', 0);

/** Whether one was there to take, none was left, or nothing is known of this user and template. */
export const takeGrant = async (
  tx: Transaction<Tables>,
  key: GrantKey,
): Promise<'taken' | 'none_left' | 'nothing_known'> => {
  const { numUpdatedRows } = await takeOne(tx, key).executeTakeFirst();
  if (numUpdatedRows > 0n) return 'taken';
  const row = await selectGrants(tx, key, [key.templateId]).executeTakeFirst();
  return row === undefined ? 'nothing_known' : 'none_left';
};

/** Not to a user who switched messages off since: that ended all that had been accepted. */
export const giveBack = (db: Kysely<Tables>, message: StoredMessage) =>
  updateGrant(db, message)
    .set({ remaining: sql<number>`remaining + 1` })
    .where((eb) =>
      eb.or([
        eb('last_event', '!=', 'switched_off'),
        eb('last_event_at', '<', toSqlTime(message.startedAtMs)),
      ]),
    );

/** WeChat knows of no authorisation; what was accepted after the message began may still be one. */
export const clearGrants = (db: Kysely<Tables>, message: StoredMessage) =>
  updateGrant(db, message)
    .set({ remaining: 0 })
    .where('last_event_at', '<=', toSqlTime(message.startedAtMs - EVENT_PRECISION_MS));

const toGrant = (row: Omit<SubscribeGrantTable, 'app_id' | 'openid'>): SubscribeGrant => ({
  remaining: row.remaining,
  lastEvent: row.last_event,
  lastEventAtMs: fromSqlTime(row.last_event_at),
});

const record = async (tx: Transaction<Tables>, user: AppUser, event: GrantEvent): Promise<void> => {
  const { templateId } = event;
  const row = await selectGrants(tx, user, [templateId]).forUpdate().executeTakeFirst();
  const next = afterEvent(row === undefined ? undefined : toGrant(row), event);
  if (next === undefined) return;
  const values = {
    remaining: next.remaining,
    last_event: next.lastEvent,
    last_event_at: toSqlTime(next.lastEventAtMs),
  };
  if (row !== undefined) {
    await updateGrant(tx, { ...user, templateId })
      .set(values)
      .execute();
    return;
  }
  const key = { app_id: user.appId, openid: user.openid, template_id: templateId };
  try {
    await tx
      .insertInto('subscribe_grant')
      .values({ ...key, ...values })
      .execute();
  } catch (error) {
    if (!isDuplicateKey(error)) throw error;
    // Another event was the first in the meantime: now there is a row to change.
    await record(tx, user, event);
  }
};

export const createMysqlSubscribeGrantRepository = ({ db }: Deps): SubscribeGrantRepository => ({
  async count(user, templateIds) {
    const rows = await selectGrants(db.write, user, templateIds).execute();
    return new Map(rows.map((row) => [row.template_id, row.remaining]));
  },
  record: (scope, user, event) => record(scope as Transaction<Tables>, user, event),
});
