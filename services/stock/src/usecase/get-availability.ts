import type { StockReader } from '../repository.ts';
import type { Usecases } from '../usecase.ts';

interface Deps {
  readonly reader: Pick<StockReader, 'findAvailable'>;
}

export const createGetAvailability =
  ({ reader }: Deps): Usecases['getAvailability'] =>
  async ({ skuIds }) => {
    const found = await reader.findAvailable(skuIds);
    return { items: skuIds.map((skuId) => ({ skuId, available: found.get(skuId) ?? 0 })) };
  };
