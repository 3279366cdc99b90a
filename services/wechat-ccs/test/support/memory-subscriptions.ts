import { DomainError } from '@app/kernel';
import {
  EVENT_PRECISION_MS,
  afterEvent,
  type SubscribeGrant,
} from '../../src/domain/subscribe-grant.ts';
import {
  attribute,
  grantEffect,
  reachableFrom,
  type MessageStatus,
  type StoredMessage,
} from '../../src/domain/subscribe-message.ts';
import type {
  AppUser,
  SubscribeGrantRepository,
  SubscribeMessageRepository,
} from '../../src/repository.ts';

/** Messages and authorisations in memory; a step is a transaction because nothing runs in between. */
export const createMemorySubscriptions = (nowMs: () => number) => {
  const rows = new Map<string, StoredMessage>();
  const counts = new Map<string, SubscribeGrant>();
  const keyOf = ({ appId, messageKey }: Pick<StoredMessage, 'appId' | 'messageKey'>) =>
    `${appId} ${messageKey}`;
  const grantKey = ({ appId, openid }: AppUser, templateId: string) =>
    `${appId} ${openid} ${templateId}`;
  const grantOf = (message: AppUser & { readonly templateId: string }) =>
    counts.get(grantKey(message, message.templateId));
  const setRemaining = (message: StoredMessage, remaining: number) => {
    const grant = grantOf(message);
    if (grant) counts.set(grantKey(message, message.templateId), { ...grant, remaining });
  };
  const giveBack = (message: StoredMessage) => {
    const grant = grantOf(message);
    if (grant === undefined || !message.hasGrant) return;
    const isOff = grant.lastEvent === 'switched_off' && grant.lastEventAtMs >= message.startedAtMs;
    if (!isOff) setRemaining(message, grant.remaining + 1);
  };
  const stored = (message: StoredMessage, from: readonly MessageStatus[]) => {
    const row = rows.get(keyOf(message));
    const isThis = row?.attemptId === message.attemptId && from.includes(row.status);
    return isThis ? row : undefined;
  };

  const messages: SubscribeMessageRepository = {
    begin(wanted) {
      const present = rows.get(keyOf(wanted));
      if (present !== undefined) return Promise.resolve({ isNew: false, message: present });
      const grant = grantOf(wanted);
      const hasGrant = (grant?.remaining ?? 0) > 0;
      const status = grant === undefined || hasGrant ? 'pending' : 'refused';
      const nothing = { errcode: null, field: null, msgId: null };
      const message: StoredMessage = { ...wanted, ...nothing, status, hasGrant };
      rows.set(keyOf(wanted), message);
      if (hasGrant) setRemaining(message, (grant?.remaining ?? 0) - 1);
      return Promise.resolve({ isNew: true, message });
    },
    settle(message, verdict) {
      const row = stored(message, reachableFrom[verdict.status]);
      if (row !== undefined) {
        rows.set(keyOf(row), { ...row, ...verdict });
        const effect = grantEffect(verdict);
        if (effect === 'give_back') giveBack(row);
        const isOlder =
          (grantOf(row)?.lastEventAtMs ?? Infinity) <= row.startedAtMs - EVENT_PRECISION_MS;
        if (effect === 'clear' && isOlder) setRemaining(row, 0);
      }
      return Promise.resolve(rows.get(keyOf(message)) ?? message);
    },
    release(message) {
      const row = stored(message, ['pending', 'unknown']);
      if (row !== undefined) {
        rows.delete(keyOf(row));
        giveBack(row);
      }
      return Promise.resolve();
    },
    async awaitSettled(appId, messageKey, withinMs) {
      const deadline = performance.now() + withinMs;
      for (;;) {
        const row = rows.get(keyOf({ appId, messageKey }));
        if (row?.status !== 'pending' || performance.now() >= deadline) return row;
        await new Promise((resolve) => setImmediate(resolve));
      }
    },
    recordDelivery(_scope, { appId, openid }, { templateId, msgId, errcode }, atMs) {
      const candidates = [...rows.values()]
        .filter((row) => row.appId === appId && row.openid === openid)
        .filter((row) => row.templateId === templateId && row.status !== 'refused')
        .sort((left, right) => left.startedAtMs - right.startedAtMs);
      const found = attribute(candidates, { msgId, atMs, nowMs: nowMs() });
      if (found.kind === 'later') {
        return Promise.reject(new DomainError('SERVICE_UNAVAILABLE', 'unavailable'));
      }
      if (found.kind === 'elsewhere') return Promise.resolve(false);
      const change =
        errcode === 0
          ? { status: 'sent' as const, errcode: null, msgId }
          : { status: 'refused' as const, errcode, msgId };
      rows.set(keyOf(found.message), { ...found.message, ...change });
      return Promise.resolve(true);
    },
    purge(startedBeforeMs, limit) {
      const old = [...rows.values()]
        .filter(({ startedAtMs }) => startedAtMs < startedBeforeMs)
        .slice(0, limit);
      for (const row of old) rows.delete(keyOf(row));
      return Promise.resolve(old.length);
    },
  };

  const grants: SubscribeGrantRepository = {
    count: (user, templateIds) =>
      Promise.resolve(
        new Map(
          templateIds.flatMap((id) => {
            const grant = counts.get(grantKey(user, id));
            return grant === undefined ? [] : [[id, grant.remaining] as const];
          }),
        ),
      ),
    record(_scope, user, event) {
      const key = grantKey(user, event.templateId);
      const next = afterEvent(counts.get(key), event);
      if (next !== undefined) counts.set(key, next);
      return Promise.resolve();
    },
  };
  return { messages, grants };
};
