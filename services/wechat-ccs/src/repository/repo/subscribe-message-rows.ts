import { fromSqlTime, toSqlTime } from '@app/mysql';
import type { Kysely } from 'kysely';
import type { StoredMessage, Verdict } from '../../domain/subscribe-message.ts';
import type { AppUser, NewMessage } from '../../repository.ts';
import type { SubscribeMessageTable, Tables } from './tables.ts';

const messageColumns = [
  'app_id',
  'message_key',
  'attempt_id',
  'openid',
  'template_id',
  'content_hash',
  'status',
  'errcode',
  'field',
  'msg_id',
  'has_grant',
  'started_at',
] as const;

export const selectMessage = (db: Kysely<Tables>, appId: string, messageKey: string) =>
  db
    .selectFrom('subscribe_message')
    .select(messageColumns)
    .where('app_id', '=', appId)
    .where('message_key', '=', messageKey);

/** A user with more than this many open messages of one template is no user. */
const CANDIDATES_MAX = 200;

/** Messages that a delivery can be about, oldest first: those with its number, and those without any. */
export const lockCandidates = (
  db: Kysely<Tables>,
  { appId, openid }: AppUser,
  templateId: string,
  msgId: string | null,
) =>
  db
    .selectFrom('subscribe_message')
    .select(messageColumns)
    .where('app_id', '=', appId)
    .where('openid', '=', openid)
    .where('template_id', '=', templateId)
    .where('status', 'in', ['pending', 'sent', 'unknown'])
    .where((eb) => eb.or([eb('msg_id', 'is', null), eb('msg_id', '=', msgId)]))
    .orderBy('started_at')
    .limit(CANDIDATES_MAX)
    .forUpdate();

/** This attempt, as long as it is in one of these states. */
export const updateAttempt = (
  db: Kysely<Tables>,
  { appId, messageKey, attemptId }: StoredMessage,
  from: readonly SubscribeMessageTable['status'][],
) =>
  db
    .updateTable('subscribe_message')
    .where('app_id', '=', appId)
    .where('message_key', '=', messageKey)
    .where('attempt_id', '=', attemptId)
    .where('status', 'in', from);

export const deleteAttempt = (
  db: Kysely<Tables>,
  { appId, messageKey, attemptId }: StoredMessage,
) =>
  db
    .deleteFrom('subscribe_message')
    .where('app_id', '=', appId)
    .where('message_key', '=', messageKey)
    .where('attempt_id', '=', attemptId)
    .where('status', 'in', ['pending', 'unknown']);

export const deleteOld = (db: Kysely<Tables>, startedBeforeMs: number, limit: number) =>
  db
    .deleteFrom('subscribe_message')
    .where('started_at', '<', toSqlTime(startedBeforeMs))
    .orderBy('started_at')
    .limit(limit);

type MessageRow = Omit<SubscribeMessageTable, 'settled_at'>;

export const toMessage = (row: MessageRow): StoredMessage => ({
  appId: row.app_id,
  messageKey: row.message_key,
  attemptId: row.attempt_id,
  openid: row.openid,
  templateId: row.template_id,
  contentHash: row.content_hash,
  status: row.status,
  errcode: row.errcode,
  field: row.field,
  msgId: row.msg_id,
  hasGrant: row.has_grant === 1,
  startedAtMs: fromSqlTime(row.started_at),
});

export const toPendingRow = (message: NewMessage): MessageRow & { readonly settled_at: null } => ({
  app_id: message.appId,
  message_key: message.messageKey,
  attempt_id: message.attemptId,
  openid: message.openid,
  template_id: message.templateId,
  content_hash: message.contentHash,
  status: 'pending',
  errcode: null,
  field: null,
  msg_id: null,
  has_grant: 0,
  started_at: toSqlTime(message.startedAtMs),
  settled_at: null,
});

/** What a verdict changes in a row. */
export const toVerdictColumns = (verdict: Verdict) => {
  if (verdict.status === 'sent') return { status: 'sent', msg_id: verdict.msgId } as const;
  if (verdict.status === 'unknown') return { status: 'unknown' } as const;
  const { errcode, field } = verdict;
  return { status: 'refused', errcode, field } as const;
};
