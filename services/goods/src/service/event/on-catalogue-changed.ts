import { goods } from '@app/contracts';
import { onHint, type HintSubscription } from '@app/runtime';

interface Forgetful {
  goodsChanged(spuIds: readonly string[]): void;
  categoriesChanged(): void;
}

/** Every node hears every change, also the one that made it. */
export const onCatalogueChanged = (catalogue: Forgetful): readonly HintSubscription[] => [
  onHint(goods.hints.goodsChanged, ({ spuIds }) => {
    catalogue.goodsChanged(spuIds);
  }),
  onHint(goods.hints.categoriesChanged, () => {
    catalogue.categoriesChanged();
  }),
];
