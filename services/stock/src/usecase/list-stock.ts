import { fromCursor, toCursor } from '../domain/cursor.ts';
import type { StockReader } from '../repository.ts';
import type { Usecases } from '../usecase.ts';

interface Deps {
  readonly reader: Pick<StockReader, 'listItems'>;
}

const SKU_ID = /^[0-9A-Z]{26}$/;

export const createListStock =
  ({ reader }: Deps): Usecases['listStock'] =>
  async ({ limit = 20, cursor }) => {
    const { items, next } = await reader.listItems(fromCursor(cursor, SKU_ID), limit);
    return { items: [...items], nextCursor: toCursor(next) };
  };
