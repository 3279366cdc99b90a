import type { FastifyInstance } from 'fastify';
import { randomText } from '../random.ts';
import { authorize, serve, type WechatCall } from './call.ts';
import { WechatError } from './errors.ts';
import type { WechatState } from './state.ts';

export type TicketType = 'jsapi' | 'wx_card';

const LIFE_MS = 7_200_000;

/** Real tickets have 86 characters. */
const LENGTH = 86;

interface TicketRecord {
  readonly ticket: string;
  readonly appid: string;
  readonly type: TicketType;
  readonly issuedAtMs: number;
  readonly expiresAtMs: number;
}

/** Every ticket that was given out. */
export interface TicketBook {
  /** Each call gives another one; those before it live on until their own end. */
  issue(appid: string, type: TicketType): TicketRecord;
  /** In the order of issue. */
  list(appid: string, type: TicketType): readonly TicketRecord[];
  clear(): void;
}

export const createTicketBook = (nowMs: () => number): TicketBook => {
  const records: TicketRecord[] = [];
  return {
    issue(appid, type) {
      const issuedAtMs = nowMs();
      const expiresAtMs = issuedAtMs + LIFE_MS;
      const record = { ticket: randomText(LENGTH), appid, type, issuedAtMs, expiresAtMs };
      records.push(record);
      return record;
    },
    list: (appid, type) => records.filter((one) => one.appid === appid && one.type === type),
    clear: () => {
      records.length = 0;
    },
  };
};

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
  return { errcode: 0, errmsg: 'ok', ticket, expires_in: LIFE_MS / 1000 };
};

/** `GET /cgi-bin/ticket/getticket` (reference 4). */
export const serveTickets = (app: FastifyInstance, state: WechatState): void => {
  serve(app, 'GET', '/cgi-bin/ticket/getticket', (call) => getTicket(state, call));
};
