import type { wechatCcs, PayloadOf } from '@app/contracts';
import { readSubscribeEvent } from '../domain/subscribe-event.ts';
import type {
  SubscribeGrantRepository,
  SubscribeMessageRepository,
  TransactionScope,
} from '../repository.ts';

interface Deps {
  readonly grants: SubscribeGrantRepository;
  readonly messages: SubscribeMessageRepository;
}

type Pushed = PayloadOf<typeof wechatCcs.facts.messagePushed>;

/** What WeChat tells of authorisations and deliveries, effective in the transaction of its inbox row. */
export const createRecordSubscribeEvent =
  ({ grants, messages }: Deps) =>
  async (pushed: Pushed, scope: TransactionScope): Promise<void> => {
    const { appId, openid, event, message, createdAtMs: atMs } = pushed;
    if (openid === null) return;
    const user = { appId, openid };
    const told = readSubscribeEvent(event, message, atMs);
    for (const grant of told.grants) await grants.record(scope, user, grant);
    for (const delivery of told.deliveries) {
      const isOurs = await messages.recordDelivery(scope, user, delivery, atMs);
      const { templateId } = delivery;
      if (isOurs || delivery.errcode !== 0) continue;
      await grants.record(scope, user, { kind: 'sent_elsewhere', templateId, atMs });
    }
  };
