import type { GoodsView, SkuView } from '@app/contracts';
import type { ImportColumn } from './domain/import-row.ts';
import type { PublicGoods } from './domain/views.ts';
import type { ChunkKey } from './repository.ts';

export type SkuAvailability = Pick<SkuView, 'available' | 'availability'>;

/** How many pieces can be bought, as stock says. */
export interface Availability {
  /**
   * One entry per SKU asked for. Never rejects: when stock does not answer in time the last known
   * number is given for a minute (`lastKnown`), then 0 (`unknown`): nothing can be reserved then.
   */
  of(skuIds: readonly string[]): Promise<ReadonlyMap<string, SkuAvailability>>;
}

/**
 * Goods with what stock knows of them, ready to be sent. The same goods asked for again within a
 * moment get the same answer without any work.
 */
export interface GoodsShelf {
  page(items: readonly PublicGoods[]): Promise<GoodsView[]>;
  one(goods: PublicGoods): Promise<GoodsView>;
}

/** Tells every node of this service that what it remembers is old. */
export interface CatalogueHints {
  /** Resolves when the message is on the bus ahead of anything sent later. */
  goodsChanged(spuIds: readonly string[]): Promise<void>;
  categoriesChanged(): Promise<void>;
}

/** Makes sure that a chunk will be looked at; its row says what there is to do. */
export interface ImportJobs {
  /** @returns true when the job had to be made */
  ensure(key: ChunkKey): Promise<boolean>;
  /** The same; when the queue is away it leaves the chunk to the sweeper. Never rejects. */
  hint(key: ChunkKey): Promise<void>;
}

export type CsvLine =
  | {
      readonly kind: 'row';
      readonly line: number;
      readonly fields: Readonly<Record<ImportColumn, string>>;
    }
  | {
      readonly kind: 'broken';
      readonly line: number;
      readonly field: string;
      readonly reason: string;
    };

/** Lines of a text in CSV, one by one, without ever holding all of them. */
export type ReadCsv = (csv: string) => AsyncIterable<CsvLine>;
