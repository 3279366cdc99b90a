import { priceLines } from '../domain/snapshot.ts';
import type { SkuReader } from '../repository.ts';
import type { Usecases } from '../usecase.ts';

interface Deps {
  readonly skus: SkuReader;
}

export const createPriceLines =
  ({ skus }: Deps): Usecases['priceLines'] =>
  async ({ items }) => {
    const skuIds = [...new Set(items.map(({ skuId }) => skuId))];
    return { lines: priceLines(items, await skus.forSale(skuIds)) };
  };
