import { toTicketView } from '../domain/bill-views.ts';
import { fromCursor, toCursor } from '../domain/cursor.ts';
import type { TicketState } from '../domain/finding.ts';
import type { ReconciliationRepository } from '../repository.ts';
import type { Usecases } from '../usecase.ts';

interface Deps {
  readonly books: Pick<ReconciliationRepository, 'listTickets'>;
}

const TICKET_ID = /^[0-9A-Z]{26}$/;

export const createListTickets =
  ({ books }: Deps): Usecases['listTickets'] =>
  async ({ limit = 20, cursor, state }) => {
    const before = fromCursor(cursor, TICKET_ID);
    const { items, next } = await books.listTickets(state as TicketState, before, limit);
    return { items: items.map(toTicketView), nextCursor: toCursor(next) };
  };
