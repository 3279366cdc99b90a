import { DomainError, type Clock, type Ids } from '@app/kernel';
import {
  contentHashOf,
  fitMessage,
  outcomeOf,
  statusAt,
  type StoredMessage,
  type SubscribeMessage,
} from '../domain/subscribe-message.ts';
import { wechatCcsError } from '../errors.ts';
import type { AppDirectory, SubscribeMessageRepository } from '../repository.ts';
import type { SubscribeSender } from '../service.ts';
import type { Usecases } from '../usecase.ts';

interface Deps {
  readonly apps: AppDirectory;
  readonly messages: SubscribeMessageRepository;
  readonly sender: SubscribeSender;
  readonly clock: Clock;
  readonly ids: Ids;
}

/** A repeat waits so long for the first to end; then it is told that the outcome is unknown. */
const WAIT_MS = 8000;

type Command = Parameters<Usecases['sendSubscribeMessage']>[0];

const toMessage = (command: Command): SubscribeMessage => {
  const { openid, templateId, page = null, data, state = 'formal', lang = 'zh_CN' } = command;
  return { openid, templateId, page, data, state, lang };
};

const fitted = (message: SubscribeMessage): SubscribeMessage => {
  const result = fitMessage(message);
  if (result.ok) return result.message;
  const { field, rule } = result;
  throw wechatCcsError('WECHAT_MESSAGE_FIELD_INVALID', { data: { field, rule } });
};

/**
 * The row stands before the call is made, so whatever happens in between ends as `unknown` and never
 * as a second message. Only when certainly nothing was sent is the row taken back.
 */
export const createSendSubscribeMessage = (deps: Deps): Usecases['sendSubscribeMessage'] => {
  const { apps, messages, sender, clock, ids } = deps;
  const tell = (message: StoredMessage) => outcomeOf(message, clock.nowMs());

  const repeated = async (first: StoredMessage, contentHash: string) => {
    const { appId, messageKey } = first;
    if (first.contentHash !== contentHash) {
      throw wechatCcsError('WECHAT_MESSAGE_KEY_REUSED', { data: { messageKey } });
    }
    if (first.status !== 'pending') return tell(first);
    if (statusAt(first, clock.nowMs()) === 'unknown') {
      return tell(await messages.settle(first, { status: 'unknown' }));
    }
    const settled = await messages.awaitSettled(appId, messageKey, WAIT_MS);
    if (settled !== undefined) return tell(settled);
    throw wechatCcsError('UPSTREAM_WECHAT_UNAVAILABLE', {
      message: 'the first try with this message key failed before anything was sent',
    });
  };

  const send = async (message: StoredMessage, content: SubscribeMessage) => {
    try {
      return await sender.send(message.appId, content);
    } catch (error) {
      // Anything else is a bug and tells nothing about what was sent: the row stays.
      if (error instanceof DomainError) await messages.release(message);
      throw error;
    }
  };

  return async (command) => {
    const { appId } = apps.getMiniProgram(command.appId);
    const wanted = toMessage(command);
    const content = fitted(wanted);
    const contentHash = contentHashOf(wanted);
    const { openid, templateId } = wanted;
    const { messageKey } = command;
    const attempt = { appId, messageKey, attemptId: ids.next(), openid, templateId, contentHash };

    const { isNew, message } = await messages.begin({ ...attempt, startedAtMs: clock.nowMs() });

    if (!isNew) return repeated(message, contentHash);
    // The user has no authorisation left: WeChat need not be asked.
    if (message.status !== 'pending') return tell(message);
    return tell(await messages.settle(message, await send(message, content)));
  };
};
