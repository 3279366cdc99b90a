import type { Kysely, Transaction } from 'kysely';
import type { Goods } from '../../domain/goods.ts';
import { skuColumns, spuColumns, toGoods, type SkuRow, type SpuRow } from './goods-rows.ts';
import type { Tables } from './tables.ts';

export const selectSpu = (db: Kysely<Tables>, id: string) =>
  db.selectFrom('spu').select(spuColumns).where('id', '=', id);

/** The row lock makes every change of goods wait for the one before it. */
export const lockSpu = (db: Kysely<Tables>, id: string) => selectSpu(db, id).forUpdate();

/** In one order for everybody, so that two batches cannot wait for each other. */
export const lockSpusByCode = (db: Kysely<Tables>, codes: readonly string[]) =>
  db.selectFrom('spu').select(spuColumns).where('code', 'in', codes).orderBy('code').forUpdate();

export const selectSkus = (db: Kysely<Tables>, spuIds: readonly string[]) =>
  db.selectFrom('sku').select(skuColumns).where('spu_id', 'in', spuIds).orderBy('id');

export const selectPaths = (db: Kysely<Tables>, categoryIds: readonly string[]) =>
  db.selectFrom('category').select(['id', 'path']).where('id', 'in', categoryIds);

/** The goods of these rows, complete, in the same order. */
export const completeGoods = async (
  db: Kysely<Tables> | Transaction<Tables>,
  spus: readonly SpuRow[],
): Promise<Goods[]> => {
  if (spus.length === 0) return [];
  const ids = spus.map(({ id }) => id);
  const categoryIds = [...new Set(spus.map(({ category_id }) => category_id))];
  const skus: readonly SkuRow[] = await selectSkus(db, ids).execute();
  const paths = await selectPaths(db, categoryIds).execute();
  const skusBySpu = Map.groupBy(skus, ({ spu_id }) => spu_id);
  const pathById = new Map(paths.map(({ id, path }) => [id, path.split('/')]));
  return spus.map((spu) =>
    toGoods(spu, skusBySpu.get(spu.id) ?? [], pathById.get(spu.category_id) ?? []),
  );
};
