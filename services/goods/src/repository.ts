import type { GoodsImport, GoodsStatus, ImportProblem } from '@app/contracts';
import type { ImportOutcome, KnownGoods } from './domain/apply-import.ts';
import type { Category } from './domain/category.ts';
import type { Place } from './domain/cursor.ts';
import type { Goods, GoodsChange } from './domain/goods.ts';
import type { RowProblem } from './domain/import-row.ts';
import type { SkuForSale } from './domain/snapshot.ts';
import type { PublicGoods } from './domain/views.ts';

/** A transaction of the storage, opaque to everybody but the repository it is handed to. */
export type TransactionScope = unknown;

/** The caller's claim on an Idempotency-Key: the answer is stored with the effect or not at all. */
export interface Operation<R> {
  complete(scope: TransactionScope, result: R): Promise<void>;
}

export interface GoodsQuery {
  readonly status?: GoodsStatus;
  readonly categoryId?: string;
  readonly limit: number;
  /** Only what is older than these goods. */
  readonly beforeId?: string;
}

/** Goods of every state, for those who keep them. Every write happens under the lock of the goods' row. */
export interface GoodsRepository {
  /** The newest committed state, or `undefined`. */
  find(id: string): Promise<Goods | undefined>;
  /** The newest first. */
  list(query: GoodsQuery): Promise<readonly Goods[]>;
  /**
   * Stores new goods with their facts, or nothing at all.
   * @throws GOODS_CODE_TAKEN, SKU_CODE_TAKEN, SKU_ATTRIBUTES_TAKEN, CATEGORY_NOT_FOUND
   */
  create<R>(change: GoodsChange, result: R, operation?: Operation<R>): Promise<R>;
  /**
   * Changes goods. `change` is pure and may run more than once (deadlock); when it throws nothing
   * is written. Facts become durable in the same transaction, exactly once.
   * @throws GOODS_NOT_FOUND and what `create` throws
   */
  update<R>(
    id: string,
    change: (current: Goods) => GoodsChange,
    toResult: (next: Goods) => R,
    operation?: Operation<R>,
  ): Promise<R>;
}

/** The tree of categories. */
export interface CategoryRepository {
  list(): Promise<readonly Category[]>;
  find(id: string): Promise<Category | undefined>;
  /** @throws CATEGORY_LIMIT_REACHED, CATEGORY_NOT_FOUND when the parent is gone */
  create<R>(category: Category, result: R, operation?: Operation<R>): Promise<R>;
  /** @throws CATEGORY_NOT_FOUND */
  update(id: string, change: (current: Category) => Category): Promise<Category>;
  /** @throws CATEGORY_NOT_FOUND, CATEGORY_NOT_EMPTY */
  remove(id: string): Promise<void>;
}

export interface PageQuery {
  readonly categoryId?: string;
  /** All must occur; then the best match comes first, else the newest. */
  readonly terms: readonly string[];
  readonly limit: number;
  readonly after?: Place;
}

export interface CataloguePage {
  readonly items: readonly PublicGoods[];
  /** Where the next page begins; null when this is the last one. */
  readonly next: Place | null;
}

/**
 * What shoppers see, possibly remembered for a moment: never more than a second older than the
 * truth. The same object is answered as long as nothing changed.
 */
export interface Catalogue {
  page(query: PageQuery): Promise<CataloguePage>;
  goods(id: string): Promise<PublicGoods | undefined>;
  categories(): Promise<readonly Category[]>;
}

/** What orders ask, always the newest committed state. */
export interface SkuReader {
  /** Those that exist, in no particular order. */
  forSale(skuIds: readonly string[]): Promise<readonly SkuForSale[]>;
}

export interface NewImport {
  readonly id: string;
  readonly name: string;
  readonly chunkCount: number;
  readonly adminId: string;
  readonly nowMs: number;
}

export interface ChunkKey {
  readonly importId: string;
  readonly number: number;
}

export interface ChunkToTake extends ChunkKey {
  readonly csv: string;
  /** Rows of it that are taken already. */
  readonly rowsDone: number;
}

export interface ImportBatch extends ChunkKey {
  /** Rows of the chunk before this batch: what `rowsDone` must be now. */
  readonly from: number;
  readonly to: number;
  readonly isLast: boolean;
  readonly spuCodes: readonly string[];
  readonly skuCodes: readonly string[];
  readonly categoryIds: readonly string[];
  /** Lines that could not even be read. */
  readonly problems: readonly RowProblem[];
  /** Pure; may run more than once. */
  readonly decide: (known: KnownGoods) => ImportOutcome;
}

export interface ProblemQuery {
  readonly limit: number;
  readonly after?: { readonly chunk: number; readonly line: number };
}

/** Imports, their chunks and how far each of them is. */
export interface ImportRepository {
  start<R>(newImport: NewImport, result: R, operation?: Operation<R>): Promise<R>;
  find(id: string): Promise<GoodsImport | undefined>;
  /** Keeps a chunk. The same again is `known`; other content under the same number `differs`. */
  addChunk(key: ChunkKey, csv: string, nowMs: number): Promise<'added' | 'known' | 'differs'>;
  /** `undefined` when there is nothing (more) to take. */
  chunkToTake(key: ChunkKey): Promise<ChunkToTake | undefined>;
  /** Chunks received before `beforeMs` that are not done. */
  waiting(beforeMs: number, limit: number): Promise<readonly ChunkKey[]>;
  /**
   * Takes a batch of rows: goods, facts, problems and progress in one transaction.
   * @returns the published goods that changed; `undefined` when somebody else took this batch
   */
  take(batch: ImportBatch): Promise<readonly string[] | undefined>;
  problems(importId: string, query: ProblemQuery): Promise<readonly ImportProblem[]>;
}
