import { fromCursor, toCursor } from '../domain/cursor.ts';
import type { StockReader } from '../repository.ts';
import type { Usecases } from '../usecase.ts';

interface Deps {
  readonly reader: Pick<StockReader, 'listMovements'>;
}

const MOVEMENT_ID = /^[1-9][0-9]{0,14}$/;

export const createListMovements =
  ({ reader }: Deps): Usecases['listMovements'] =>
  async ({ skuId, limit = 20, cursor }) => {
    const before = fromCursor(cursor, MOVEMENT_ID);
    const { items, next } = await reader.listMovements(skuId, before, limit);
    return { items: [...items], nextCursor: toCursor(next) };
  };
