import { coreColumns, type ColumnsOf, type CoreTables, type SqlTime } from '@app/mysql';

export interface CategoryTable {
  readonly id: string;
  readonly parent_id: string | null;
  /** Ids from the root down to this one, joined by slashes. */
  readonly path: string;
  readonly name: string;
  readonly sort: number;
  readonly version: number;
  readonly created_at: SqlTime;
  readonly updated_at: SqlTime;
}

export interface SpuTable {
  readonly id: string;
  readonly code: string;
  readonly title: string;
  readonly description: string;
  /** JSON: a list of URLs. */
  readonly images: string;
  readonly category_id: string;
  readonly status: 'draft' | 'published' | 'archived';
  readonly version: number;
  /** JSON of `PublicGoods`; null unless published. */
  readonly public_view: string | null;
  readonly published_at: SqlTime | null;
  readonly created_at: SqlTime;
  readonly updated_at: SqlTime;
}

export interface SkuTable {
  readonly id: string;
  readonly spu_id: string;
  readonly code: string;
  readonly name: string;
  /** Canonical JSON. */
  readonly attributes: string;
  /** SHA-256 of `attributes`, lower-case hex. */
  readonly attributes_hash: string;
  readonly price_fen: number;
  readonly is_on_sale: number;
  readonly version: number;
  readonly created_at: SqlTime;
  readonly updated_at: SqlTime;
}

export interface SpuTermTable {
  readonly term: string;
  readonly spu_id: string;
  readonly weight: number;
}

export interface GoodsImportTable {
  readonly id: string;
  readonly name: string;
  readonly chunk_count: number;
  readonly admin_id: string;
  readonly created_at: SqlTime;
}

export interface ImportChunkTable {
  readonly import_id: string;
  readonly number: number;
  readonly content_hash: string;
  /** Null once every row is taken. */
  readonly csv: string | null;
  readonly status: 'waiting' | 'done';
  readonly rows_done: number;
  readonly rows_created: number;
  readonly rows_updated: number;
  readonly rows_failed: number;
  readonly received_at: SqlTime;
}

export interface ImportProblemTable {
  readonly import_id: string;
  readonly chunk: number;
  readonly line: number;
  readonly field: string;
  readonly reason: string;
}

export interface Tables extends CoreTables {
  readonly category: CategoryTable;
  readonly spu: SpuTable;
  readonly sku: SkuTable;
  readonly spu_term: SpuTermTable;
  readonly goods_import: GoodsImportTable;
  readonly import_chunk: ImportChunkTable;
  readonly import_problem: ImportProblemTable;
}

const times = { created_at: 'datetime(3)', updated_at: 'datetime(3)' } as const;

/** What the database says of these tables; a test compares the two. */
export const columns = {
  ...coreColumns,
  category: {
    id: 'char(26)',
    parent_id: 'char(26) null',
    path: 'varchar(80)',
    name: 'varchar(40)',
    sort: 'int unsigned',
    version: 'int unsigned',
    ...times,
  },
  spu: {
    id: 'char(26)',
    code: 'varchar(64)',
    title: 'varchar(120)',
    description: 'text',
    images: 'text',
    category_id: 'char(26)',
    status: 'varchar(16)',
    version: 'int unsigned',
    public_view: 'mediumtext null',
    published_at: 'datetime(3) null',
    ...times,
  },
  sku: {
    id: 'char(26)',
    spu_id: 'char(26)',
    code: 'varchar(64)',
    name: 'varchar(120)',
    attributes: 'text',
    attributes_hash: 'char(64)',
    price_fen: 'bigint',
    is_on_sale: 'tinyint(1)',
    version: 'int unsigned',
    ...times,
  },
  spu_term: { term: 'varchar(40)', spu_id: 'char(26)', weight: 'tinyint unsigned' },
  goods_import: {
    id: 'char(26)',
    name: 'varchar(120)',
    chunk_count: 'int unsigned',
    admin_id: 'varchar(32)',
    created_at: 'datetime(3)',
  },
  import_chunk: {
    import_id: 'char(26)',
    number: 'int unsigned',
    content_hash: 'char(64)',
    csv: 'mediumtext null',
    status: 'varchar(8)',
    rows_done: 'int unsigned',
    rows_created: 'int unsigned',
    rows_updated: 'int unsigned',
    rows_failed: 'int unsigned',
    received_at: 'datetime(3)',
  },
  import_problem: {
    import_id: 'char(26)',
    chunk: 'int unsigned',
    line: 'int unsigned',
    field: 'varchar(64)',
    reason: 'varchar(300)',
  },
} as const satisfies ColumnsOf<Tables>;
