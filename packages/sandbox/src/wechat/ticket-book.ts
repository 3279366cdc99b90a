import { randomText } from '../random.ts';

export type TicketType = 'jsapi' | 'wx_card';

export const TICKET_LIFE_MS = 7_200_000;

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
      const expiresAtMs = issuedAtMs + TICKET_LIFE_MS;
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
