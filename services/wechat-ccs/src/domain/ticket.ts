import { toRfc3339 } from '@app/kernel';

/** `jsapi` signs pages (wx.config), `wx_card` cards (reference, 4). */
export type TicketType = 'jsapi' | 'wx_card';

export const ticketTypes = ['jsapi', 'wx_card'] as const satisfies readonly TicketType[];

export interface Ticket {
  readonly text: string;
  readonly expiresAtMs: number;
}

export interface FetchedTicket {
  readonly text: string;
  readonly expiresInSeconds: number;
}

/**
 * Times of a ticket's life; what each means stands with `CredentialRules`. A fetch gives another
 * ticket whenever it is made, so it is made early: ten minutes remain for repeats.
 */
export const ticketRules = {
  expiryMarginMs: 10_000,
  handOutMinMs: 60_000,
  refreshAheadMs: 600_000,
  refreshSpreadMs: 240_000,
} as const;

/** The hand-out for whoever signs by themselves. */
export const toTicketView = ({ text, expiresAtMs }: Ticket) => ({
  ticket: text,
  expiresAt: toRfc3339(expiresAtMs),
});
