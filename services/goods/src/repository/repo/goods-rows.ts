import type { Attributes } from '@app/contracts';
import { canonicalJson, sha256Hex } from '@app/kernel';
import { fromSqlTime, fromSqlTimeOrNull, toSqlTime } from '@app/mysql';
import type { Selectable } from 'kysely';
import { cleanAttributes } from '../../domain/attributes.ts';
import type { Goods, Sku } from '../../domain/goods.ts';
import { toPublicGoods } from '../../domain/views.ts';
import type { SkuTable, SpuTable } from './tables.ts';

export const spuColumns = [
  'id',
  'code',
  'title',
  'description',
  'images',
  'category_id',
  'status',
  'version',
  'published_at',
  'created_at',
  'updated_at',
] as const;

export const skuColumns = [
  'id',
  'spu_id',
  'code',
  'name',
  'attributes',
  'price_fen',
  'is_on_sale',
  'version',
] as const;

export type SpuRow = Pick<Selectable<SpuTable>, (typeof spuColumns)[number]>;
export type SkuRow = Pick<Selectable<SkuTable>, (typeof skuColumns)[number]>;

export const toGoods = (
  spu: SpuRow,
  skus: readonly SkuRow[],
  categoryPath: readonly string[],
): Goods => ({
  id: spu.id,
  code: spu.code,
  title: spu.title,
  description: spu.description,
  images: JSON.parse(spu.images) as string[],
  categoryId: spu.category_id,
  categoryPath,
  status: spu.status,
  version: spu.version,
  publishedAtMs: fromSqlTimeOrNull(spu.published_at),
  createdAtMs: fromSqlTime(spu.created_at),
  updatedAtMs: fromSqlTime(spu.updated_at),
  skus: skus.map(toSku),
});

const toSku = (row: SkuRow): Sku => ({
  id: row.id,
  code: row.code,
  name: row.name,
  attributes: JSON.parse(row.attributes) as Attributes,
  priceFen: row.price_fen,
  isOnSale: row.is_on_sale === 1,
  version: row.version,
});

/** Everything of a row that may change. */
export const toSpuUpdate = (goods: Goods) => {
  const view = toPublicGoods(goods);
  return {
    title: goods.title,
    description: goods.description,
    images: JSON.stringify(goods.images),
    category_id: goods.categoryId,
    status: goods.status,
    version: goods.version,
    public_view: view === undefined ? null : JSON.stringify(view),
    published_at: goods.publishedAtMs === null ? null : toSqlTime(goods.publishedAtMs),
    updated_at: toSqlTime(goods.updatedAtMs),
  };
};

export const toSpuRow = (goods: Goods) => ({
  id: goods.id,
  code: goods.code,
  created_at: toSqlTime(goods.createdAtMs),
  ...toSpuUpdate(goods),
});

export const toSkuUpdate = (sku: Sku, nowMs: number) => {
  const attributes = canonicalJson(cleanAttributes(sku.attributes));
  return {
    name: sku.name,
    attributes,
    attributes_hash: sha256Hex(attributes),
    price_fen: sku.priceFen,
    is_on_sale: sku.isOnSale ? 1 : 0,
    version: sku.version,
    updated_at: toSqlTime(nowMs),
  };
};

export const toSkuRow = (goods: Goods, sku: Sku) => ({
  id: sku.id,
  spu_id: goods.id,
  code: sku.code,
  created_at: toSqlTime(goods.updatedAtMs),
  ...toSkuUpdate(sku, goods.updatedAtMs),
});
