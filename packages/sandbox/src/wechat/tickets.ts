import type { FastifyInstance } from 'fastify';
import { authorize, serve, type WechatCall } from './call.ts';
import { WechatError } from './errors.ts';
import type { WechatState } from './state.ts';
import { TICKET_LIFE_MS, type TicketType } from './ticket-book.ts';

const isTicketType = (type: string | undefined): type is TicketType =>
  type === 'jsapi' || type === 'wx_card';

const getTicket = (state: WechatState, call: WechatCall): object => {
  const { app } = authorize(state, call);
  // Uncertain in the reference (section 4), so a mini program gets none unless it is told to.
  if (app.kind !== 'oa' && !app.settings.ticketsForMiniProgram) throw new WechatError(48001);
  call.refuseUnknown(app, { query: ['access_token', 'type'] });
  const type = call.query('type');
  if (!isTicketType(type)) throw new WechatError(40097);
  const { ticketsPerDay } = app.settings.limits;
  if (!state.quota.take(`${app.appid} ticket ${type}`, 'day', ticketsPerDay)) {
    throw new WechatError(45009);
  }
  const { ticket } = state.tickets.issue(app.appid, type);
  return { errcode: 0, errmsg: 'ok', ticket, expires_in: TICKET_LIFE_MS / 1000 };
};

/** `GET /cgi-bin/ticket/getticket` (reference 4). */
export const serveTickets = (app: FastifyInstance, state: WechatState): void => {
  serve(app, 'GET', '/cgi-bin/ticket/getticket', (call) => getTicket(state, call));
};
