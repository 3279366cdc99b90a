import { toTicketView } from '../domain/bill-views.ts';
import type { ReconciliationRepository } from '../repository.ts';
import type { Usecases } from '../usecase.ts';

interface Deps {
  readonly books: Pick<ReconciliationRepository, 'resolve'>;
}

export const createResolveTicket =
  ({ books }: Deps): Usecases['resolveTicket'] =>
  async ({ id, note, adminId }) =>
    toTicketView(await books.resolve(id, { adminId, note }));
