import { setTimeout as pause } from 'node:timers/promises';
import { DomainError, type Clock } from '@app/kernel';
import { isDuplicateKey, toSqlTime, type Database } from '@app/mysql';
import type { Transaction } from 'kysely';
import {
  attribute,
  grantEffect,
  reachableFrom,
  type StoredMessage,
  type Verdict,
} from '../../domain/subscribe-message.ts';
import type { NewMessage, SubscribeMessageRepository } from '../../repository.ts';
import { clearGrants, giveBack, takeGrant } from './mysql-subscribe-grant-repository.ts';
import {
  deleteAttempt,
  deleteOld,
  lockCandidates,
  selectMessage,
  toMessage,
  toPendingRow,
  toVerdictColumns,
  updateAttempt,
} from './subscribe-message-rows.ts';
import type { Tables } from './tables.ts';

interface Deps {
  readonly db: Database<Tables>;
  readonly clock: Clock;
}

const POLL_MS = 100;

/**
 * Rows are locked in one order everywhere, the message before the authorisation, so that sends and
 * answers at the same time wait for each other instead of ending in a deadlock.
 */
export const createMysqlSubscribeMessageRepository = ({
  db,
  clock,
}: Deps): SubscribeMessageRepository => {
  const find = async (appId: string, messageKey: string) => {
    const row = await selectMessage(db.write, appId, messageKey).executeTakeFirst();
    return row === undefined ? undefined : toMessage(row);
  };

  const insert = (message: NewMessage): Promise<StoredMessage> =>
    db.transaction(async (tx) => {
      const row = toPendingRow(message);
      await tx.insertInto('subscribe_message').values(row).execute();
      const grant = await takeGrant(tx, message);
      const pending = toMessage(row);
      if (grant === 'nothing_known') return pending;
      const change =
        grant === 'taken'
          ? ({ has_grant: 1 } as const)
          : ({ status: 'refused', settled_at: toSqlTime(clock.nowMs()) } as const);
      await updateAttempt(tx, pending, ['pending']).set(change).execute();
      return grant === 'taken' ? { ...pending, hasGrant: true } : { ...pending, status: 'refused' };
    });

  const settleGrant = async (
    tx: Transaction<Tables>,
    message: StoredMessage,
    verdict: Verdict,
  ): Promise<void> => {
    const effect = grantEffect(verdict);
    if (effect === 'clear') await clearGrants(tx, message).execute();
    if (effect === 'give_back' && message.hasGrant) await giveBack(tx, message).execute();
  };

  const storeVerdict = async (
    tx: Transaction<Tables>,
    message: StoredMessage,
    verdict: Verdict,
  ): Promise<void> => {
    const { numUpdatedRows } = await updateAttempt(tx, message, reachableFrom[verdict.status])
      .set({ ...toVerdictColumns(verdict), settled_at: toSqlTime(clock.nowMs()) })
      .executeTakeFirst();
    if (numUpdatedRows > 0n) await settleGrant(tx, message, verdict);
  };

  return {
    async begin(message) {
      const { appId, messageKey } = message;
      const present = await find(appId, messageKey);
      if (present !== undefined) return { isNew: false, message: present };
      try {
        return { isNew: true, message: await insert(message) };
      } catch (error) {
        const winner = isDuplicateKey(error) ? await find(appId, messageKey) : undefined;
        if (winner === undefined) throw error;
        return { isNew: false, message: winner };
      }
    },
    async settle(message, verdict) {
      await db.transaction((tx) => storeVerdict(tx, message, verdict));
      return (await find(message.appId, message.messageKey)) ?? message;
    },
    async release(message) {
      await db.transaction(async (tx) => {
        const { numDeletedRows } = await deleteAttempt(tx, message).executeTakeFirst();
        if (numDeletedRows > 0n && message.hasGrant) await giveBack(tx, message).execute();
      });
    },
    async awaitSettled(appId, messageKey, withinMs) {
      const deadline = performance.now() + withinMs;
      for (;;) {
        const message = await find(appId, messageKey);
        if (message?.status !== 'pending' || performance.now() >= deadline) return message;
        await pause(POLL_MS);
      }
    },
    async recordDelivery(scope, user, { templateId, msgId, errcode }, atMs) {
      const tx = scope as Transaction<Tables>;
      const rows = await lockCandidates(tx, user, templateId, msgId).execute();
      const nowMs = clock.nowMs();
      const found = attribute(rows.map(toMessage), { msgId, atMs, nowMs });
      if (found.kind === 'later') {
        throw new DomainError('SERVICE_UNAVAILABLE', 'unavailable', {
          message: 'a message of this template is being sent to the user: its number comes first',
        });
      }
      if (found.kind === 'elsewhere') return false;
      const change =
        errcode === 0
          ? ({ status: 'sent', errcode: null, msg_id: msgId } as const)
          : ({ status: 'refused', errcode, msg_id: msgId } as const);
      await updateAttempt(tx, found.message, ['pending', 'sent', 'unknown'])
        .set({ ...change, settled_at: toSqlTime(nowMs) })
        .execute();
      return true;
    },
    async purge(startedBeforeMs, limit) {
      const { numDeletedRows } = await deleteOld(
        db.write,
        startedBeforeMs,
        limit,
      ).executeTakeFirst();
      return Number(numDeletedRows);
    },
  };
};
