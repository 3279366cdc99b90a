import type { AdminGoods, GoodsView, SkuView } from '@app/contracts';
import { toRfc3339 } from '@app/kernel';
import type { Goods } from './goods.ts';

/** What shoppers see of goods, but for what stock knows. */
export type PublicGoods = Omit<GoodsView, 'skus'> & {
  readonly skus: readonly Omit<SkuView, 'available' | 'availability'>[];
};

/** `undefined` for everything that shoppers must not see. */
export const toPublicGoods = (goods: Goods): PublicGoods | undefined => {
  if (goods.status !== 'published') return undefined;
  const { id, title, description, images, categoryId } = goods;
  const skus = goods.skus
    .filter((sku) => sku.isOnSale)
    .map(({ id, name, attributes, priceFen }) => ({ id, name, attributes, priceFen }));
  return { id, title, description, images: [...images], categoryId, skus };
};

export const toAdminGoods = ({
  categoryPath: _,
  publishedAtMs,
  createdAtMs,
  updatedAtMs,
  ...fields
}: Goods): AdminGoods => ({
  ...fields,
  images: [...fields.images],
  skus: [...fields.skus],
  publishedAt: publishedAtMs === null ? null : toRfc3339(publishedAtMs),
  createdAt: toRfc3339(createdAtMs),
  updatedAt: toRfc3339(updatedAtMs),
});
