import type { WechatApi, WechatTickets } from '../../service.ts';
import { fieldsOf, readTicket } from './wechat-answer.ts';

/** Reference, 4. */
export const createWechatTickets = (api: WechatApi): WechatTickets => ({
  fetch: (appId, type) =>
    api.call(appId, {
      call: 'ticket',
      method: 'GET',
      path: '/cgi-bin/ticket/getticket',
      query: { type },
      isRepeatable: true,
      read: fieldsOf(readTicket),
    }),
});
