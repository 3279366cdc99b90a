import { wechatCcs } from '@app/contracts';
import {
  actionHandlers,
  type Handlers,
  type HintSubscription,
  type ServiceSchema,
} from '@app/runtime';

/** Contract → use-case; the handlers come from the groups in `composition/`. */
export const createWechatCcsActions = (
  handlers: Handlers<typeof wechatCcs>,
  onHints: readonly HintSubscription[],
): ServiceSchema => actionHandlers(wechatCcs, handlers, { onHints });
