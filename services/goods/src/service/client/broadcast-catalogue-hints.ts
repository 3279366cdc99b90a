import { goods } from '@app/contracts';
import type { HintSender } from '@app/runtime';
import type { CatalogueHints } from '../../service.ts';

export const createBroadcastCatalogueHints = (hint: HintSender): CatalogueHints => ({
  goodsChanged: (spuIds) => hint(goods.hints.goodsChanged, { spuIds: [...spuIds] }),
  categoriesChanged: () => hint(goods.hints.categoriesChanged, {}),
});
