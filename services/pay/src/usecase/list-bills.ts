import { toBillDayView } from '../domain/bill-views.ts';
import { fromCursor, toCursor } from '../domain/cursor.ts';
import type { ReconciliationRepository } from '../repository.ts';
import type { Usecases } from '../usecase.ts';

interface Deps {
  readonly books: Pick<ReconciliationRepository, 'listDays'>;
}

const DAY = /^\d{4}-\d{2}-\d{2}$/;

export const createListBills =
  ({ books }: Deps): Usecases['listBills'] =>
  async ({ limit = 20, cursor }) => {
    const { items, next } = await books.listDays(fromCursor(cursor, DAY), limit);
    return { items: items.map(toBillDayView), nextCursor: toCursor(next) };
  };
