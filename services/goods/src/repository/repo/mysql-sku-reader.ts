import type { Attributes } from '@app/contracts';
import type { Database } from '@app/mysql';
import type { Kysely } from 'kysely';
import type { SkuReader } from '../../repository.ts';
import type { Tables } from './tables.ts';

export const selectForSale = (db: Kysely<Tables>, skuIds: readonly string[]) =>
  db
    .selectFrom('sku')
    .innerJoin('spu', 'spu.id', 'sku.spu_id')
    .select([
      'sku.id',
      'sku.spu_id',
      'spu.title',
      'sku.name',
      'sku.attributes',
      'spu.images',
      'sku.price_fen',
      'sku.is_on_sale',
      'spu.status',
    ])
    .where('sku.id', 'in', skuIds);

/** From the primary: what is ordered now costs what it costs now. */
export const createMysqlSkuReader = (db: Pick<Database<Tables>, 'write'>): SkuReader => ({
  forSale: async (skuIds) => {
    const rows = await selectForSale(db.write, skuIds).execute();
    return rows.map((row) => ({
      skuId: row.id,
      spuId: row.spu_id,
      title: row.title,
      skuName: row.name,
      attributes: JSON.parse(row.attributes) as Attributes,
      image: (JSON.parse(row.images) as string[])[0] ?? '',
      priceFen: row.price_fen,
      isOnSale: row.is_on_sale === 1,
      status: row.status,
    }));
  },
});
