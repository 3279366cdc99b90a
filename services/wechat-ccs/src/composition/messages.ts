import { wechatCcs } from '@app/contracts';
import { instrument } from '@app/runtime';
import { createMysqlSubscribeGrantRepository } from '../repository/repo/mysql-subscribe-grant-repository.ts';
import { createMysqlSubscribeMessageRepository } from '../repository/repo/mysql-subscribe-message-repository.ts';
import { createWechatSubscribeMessages } from '../service/client/wechat-subscribe-messages.ts';
import { KEEP_MS } from '../domain/subscribe-message.ts';
import { createPurge } from '../service/job/purge.ts';
import { createOnSubscribeEvent } from '../service/event/on-subscribe-event.ts';
import { createCountSubscribeGrants } from '../usecase/count-subscribe-grants.ts';
import { createRecordSubscribeEvent } from '../usecase/record-subscribe-event.ts';
import { createSendSubscribeMessage } from '../usecase/send-subscribe-message.ts';
import type { Foundation, Group } from './foundation.ts';

/** Subscribe messages. */
export const createMessagesGroup = (
  foundation: Foundation,
): Group<'sendSubscribeMessage' | 'countSubscribeGrants'> => {
  const { named, api, host, db, clock } = foundation;
  const messages = createMysqlSubscribeMessageRepository(foundation);
  const grants = createMysqlSubscribeGrantRepository(foundation);
  const sender = createWechatSubscribeMessages(api);
  const record = instrument(
    host,
    wechatCcs.name,
    'recordSubscribeEvent',
    createRecordSubscribeEvent({ grants, messages }),
  );
  return {
    handlers: {
      sendSubscribeMessage: named(
        'sendSubscribeMessage',
        createSendSubscribeMessage({ ...foundation, messages, sender }),
      ),
      countSubscribeGrants: named(
        'countSubscribeGrants',
        createCountSubscribeGrants({ ...foundation, grants }),
      ),
    },
    workers: [
      createOnSubscribeEvent({ host, db, record }),
      createPurge({
        name: 'subscribe messages',
        logger: host.logger,
        purge: (limit) => messages.purge(clock.nowMs() - KEEP_MS, limit),
      }),
    ],
  };
};
