import { wechatCcs } from '@app/contracts';
import { createRedisCredentialStore, createRedisRefreshLease } from '@app/credentials';
import { onHint } from '@app/runtime';
import { createWechatTickets } from '../service/client/wechat-tickets.ts';
import { jsSigner } from '../service/ticket/js-signer.ts';
import { createTicketKeeper } from '../service/ticket/ticket-keeper.ts';
import { createGetCardTicket } from '../usecase/get-card-ticket.ts';
import { createGetJsConfig } from '../usecase/get-js-config.ts';
import { createGetJsapiTicket } from '../usecase/get-jsapi-ticket.ts';
import type { Foundation, Group } from './foundation.ts';

/** Tickets of web pages, and the signatures made with them. */
export const createTicketsGroup = (
  foundation: Foundation,
): Group<'getJsapiTicket' | 'getCardTicket' | 'getJsConfig'> => {
  const { named, host, config, api, redis, sealer, clock } = foundation;
  const service = wechatCcs.name;
  const { ticketChanged } = wechatCcs.hints;
  const tickets = createTicketKeeper({
    storeOf: (noun) => createRedisCredentialStore({ redis, sealer, service, noun }),
    leaseOf: (noun) => createRedisRefreshLease({ redis, service, noun }),
    wechat: createWechatTickets(api),
    broadcast: (appId, type, version) => host.hint(ticketChanged, { appId, type, version }),
    logger: host.logger,
    clock,
  });
  const deps = { ...foundation, tickets, signer: jsSigner, jsHosts: config.wxJsHosts };
  return {
    handlers: {
      getJsapiTicket: named('getJsapiTicket', createGetJsapiTicket(deps)),
      getCardTicket: named('getCardTicket', createGetCardTicket(deps)),
      getJsConfig: named('getJsConfig', createGetJsConfig(deps)),
    },
    workers: tickets.parts,
    onHints: [
      onHint(ticketChanged, ({ appId, type, version }) => {
        tickets.heard(appId, type, version);
      }),
    ],
  };
};
