import { goodsErrors } from '@app/contracts';
import { DomainError } from '@app/kernel';
import type { Category } from './category.ts';
import type { GoodsFact } from './goods-fact.ts';
import {
  addSku,
  createGoods,
  patchGoods,
  patchSku,
  type Goods,
  type GoodsChange,
  type Making,
} from './goods.ts';
import type { ImportRow, RowProblem } from './import-row.ts';

/** What the database holds of all that a batch of rows speaks of. */
export interface KnownGoods {
  readonly bySpuCode: ReadonlyMap<string, Goods>;
  /** Which goods a SKU code belongs to. */
  readonly spuIdBySkuCode: ReadonlyMap<string, string>;
  readonly categories: ReadonlyMap<string, Category>;
}

export interface GoodsToSave {
  /** `undefined`: new goods. */
  readonly current: Goods | undefined;
  readonly next: Goods;
  readonly facts: readonly GoodsFact[];
}

export interface ImportOutcome {
  readonly changes: readonly GoodsToSave[];
  readonly problems: readonly RowProblem[];
  readonly rowsCreated: number;
  readonly rowsUpdated: number;
}

class RowRefused extends Error {
  readonly field: string;
  constructor(field: string, reason: string) {
    super(reason);
    this.field = field;
  }
}

const need = <T>(value: T | undefined, field: string): T => {
  if (value === undefined) throw new RowRefused(field, '新增时必填');
  return value;
};

/**
 * Takes rows one after the other: a row either counts as a whole or is a problem, and the others
 * do not mind. The same rows again change nothing.
 */
export const applyImport = (
  rows: readonly ImportRow[],
  known: KnownGoods,
  making: Making,
): ImportOutcome => {
  const working = new Map<string, GoodsToSave>();
  const owners = new Map(known.spuIdBySkuCode);
  const problems: RowProblem[] = [];
  let rowsCreated = 0;
  let rowsUpdated = 0;

  for (const row of rows) {
    const before = working.get(row.spuCode) ?? present(known.bySpuCode.get(row.spuCode));
    try {
      const { change, isNew } = applyRow(row, before?.next, { known, owners, making });
      working.set(row.spuCode, {
        current: before?.current,
        next: change.next,
        facts: [...(before?.facts ?? []), ...change.facts],
      });
      owners.set(row.skuCode, change.next.id);
      if (isNew) rowsCreated += 1;
      else rowsUpdated += 1;
    } catch (error) {
      problems.push({ line: row.line, ...reasonOf(error) });
    }
  }
  const changes = [...working.values()].filter(({ current, next }) => current !== next);
  return { changes, problems, rowsCreated, rowsUpdated };
};

const present = (goods: Goods | undefined): GoodsToSave | undefined =>
  goods === undefined ? undefined : { current: goods, next: goods, facts: [] };

interface RowScope {
  readonly known: KnownGoods;
  readonly owners: ReadonlyMap<string, string>;
  readonly making: Making;
}

const applyRow = (
  row: ImportRow,
  before: Goods | undefined,
  { known, owners, making }: RowScope,
): { readonly change: GoodsChange; readonly isNew: boolean } => {
  const owner = owners.get(row.skuCode);
  if (owner !== undefined && owner !== before?.id)
    throw new RowRefused('skuCode', goodsErrors.SKU_CODE_TAKEN.zh);
  const first = applyGoodsFields(row, before, known, making);
  const sku = first.next.skus.find(({ code }) => code === row.skuCode);
  const second =
    sku === undefined
      ? addSku(
          first.next,
          {
            code: row.skuCode,
            name: need(row.skuName, 'skuName'),
            attributes: row.attributes ?? {},
            priceFen: need(row.priceFen, 'priceFen'),
          },
          making,
        )
      : patchSku(first.next, sku.id, skuPatchOf(row), making.nowMs);
  return {
    change: { next: second.next, facts: [...first.facts, ...second.facts] },
    isNew: sku === undefined,
  };
};

const skuPatchOf = ({ skuName, attributes, priceFen }: ImportRow) => ({
  ...(skuName === undefined ? {} : { name: skuName }),
  ...(attributes === undefined ? {} : { attributes }),
  ...(priceFen === undefined ? {} : { priceFen }),
});

const applyGoodsFields = (
  row: ImportRow,
  before: Goods | undefined,
  { categories }: KnownGoods,
  making: Making,
): GoodsChange => {
  const category = row.categoryId === undefined ? undefined : categories.get(row.categoryId);
  if (row.categoryId !== undefined && category === undefined)
    throw new RowRefused('categoryId', goodsErrors.CATEGORY_NOT_FOUND.zh);
  const texts = {
    ...(row.description === undefined ? {} : { description: row.description }),
    ...(row.images === undefined ? {} : { images: [...row.images] }),
  };
  if (before === undefined) {
    const title = need(row.title, 'title');
    const input = { code: row.spuCode, title, ...texts };
    return createGoods(input, need(category, 'categoryId'), making);
  }
  const title = row.title === undefined ? {} : { title: row.title };
  const place = category === undefined ? {} : { category };
  return patchGoods(before, { ...title, ...texts, ...place }, making.nowMs);
};

const FIELD_BY_CODE: Readonly<Record<string, string>> = {
  SKU_ATTRIBUTES_TAKEN: 'attributes',
  SKU_LIMIT_REACHED: 'skuCode',
};

/** Anything but a refusal is a bug and ends the job, not the line. */
const reasonOf = (error: unknown): Omit<RowProblem, 'line'> => {
  if (error instanceof RowRefused) return { field: error.field, reason: error.message };
  if (!(error instanceof DomainError)) throw error;
  const entry = goodsErrors[error.code as keyof typeof goodsErrors];
  return { field: FIELD_BY_CODE[error.code] ?? 'spuCode', reason: entry.zh };
};
