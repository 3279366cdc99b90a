import { defineService } from '../define.ts';
import { appsActions, appsErrors, appsHints } from './apps.ts';
import { callsActions, callsErrors, callsFacts } from './calls.ts';
import { coreErrors } from './errors.ts';
import { loginActions } from './login.ts';
import { messagesActions, messagesErrors } from './messages.ts';
import { pushActions, pushErrors, pushFacts } from './push.ts';
import { shippingActions, shippingErrors } from './shipping.ts';
import { ticketsActions, ticketsErrors, ticketsHints } from './tickets.ts';
import { tokenActions, tokenErrors, tokenHints, tokenQueues } from './tokens.ts';

export const wechatCcsErrors = {
  ...coreErrors,
  ...tokenErrors,
  ...ticketsErrors,
  ...appsErrors,
  ...callsErrors,
  ...messagesErrors,
  ...shippingErrors,
  ...pushErrors,
} as const;

export const wechatCcs = defineService({
  name: 'wechat-ccs',
  summary: 'Token central control: the only holder of WeChat secrets and access tokens',
  errors: wechatCcsErrors,
  actions: {
    ...loginActions,
    ...tokenActions,
    ...ticketsActions,
    ...appsActions,
    ...callsActions,
    ...messagesActions,
    ...shippingActions,
    ...pushActions,
  },
  facts: { ...pushFacts, ...callsFacts },
  hints: { ...tokenHints, ...ticketsHints, ...appsHints },
  consumes: ['wechat-ccs.messagePushed'],
  queues: tokenQueues,
});
