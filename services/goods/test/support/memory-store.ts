import type { GoodsToSave } from '../../src/domain/apply-import.ts';
import { attributesKey } from '../../src/domain/attributes.ts';
import type { Category } from '../../src/domain/category.ts';
import type { GoodsFact } from '../../src/domain/goods-fact.ts';
import type { Goods } from '../../src/domain/goods.ts';
import { categoryTerm, termsOf } from '../../src/domain/search-terms.ts';
import { toPublicGoods } from '../../src/domain/views.ts';
import { goodsError } from '../../src/errors.ts';
import type {
  Catalogue,
  CategoryRepository,
  GoodsRepository,
  ImportRepository,
  SkuReader,
} from '../../src/repository.ts';
import { createMemoryImports, type Import } from './memory-imports.ts';

export interface MemoryStore {
  readonly goods: GoodsRepository;
  readonly categories: CategoryRepository;
  readonly imports: ImportRepository;
  readonly catalogue: Catalogue;
  readonly skus: SkuReader;
  /** Facts in the order of their commits. */
  readonly facts: GoodsFact[];
}

/** The repositories without a database; the contract suite keeps them as strict as MySQL. */
export const createMemoryStore = (): MemoryStore => {
  const all = new Map<string, Goods>();
  const tree = new Map<string, Category>();
  const imports = new Map<string, Import>();
  const facts: GoodsFact[] = [];

  // What the row lock does in MySQL: storing takes time, and nobody gets in between.
  let last: Promise<unknown> = Promise.resolve();
  const oneByOne = <R>(work: () => Promise<R>): Promise<R> => {
    const mine = last.then(work);
    last = mine.catch(() => undefined);
    return mine;
  };

  const refuseTaken = ({ next }: GoodsToSave): void => {
    if (!tree.has(next.categoryId)) throw goodsError('CATEGORY_NOT_FOUND');
    const keys = next.skus.map((sku) => attributesKey(sku.attributes));
    if (new Set(keys).size !== keys.length) throw goodsError('SKU_ATTRIBUTES_TAKEN');
    const others = [...all.values()].filter(({ id }) => id !== next.id);
    if (others.some(({ code }) => code === next.code)) throw goodsError('GOODS_CODE_TAKEN');
    const codes = [...others.flatMap(({ skus }) => skus), ...next.skus].map(({ code }) => code);
    if (new Set(codes).size !== codes.length) throw goodsError('SKU_CODE_TAKEN');
  };

  const save = (change: GoodsToSave): void => {
    refuseTaken(change);
    all.set(change.next.id, change.next);
    facts.push(...change.facts);
  };

  const newestFirst = (): Goods[] =>
    [...all.values()].sort((left, right) => (left.id < right.id ? 1 : -1));

  const goods: GoodsRepository = {
    find: (id) => Promise.resolve(all.get(id)),
    list: ({ status, categoryId, limit, beforeId }) =>
      Promise.resolve(
        newestFirst()
          .filter((one) => status === undefined || one.status === status)
          .filter((one) => categoryId === undefined || one.categoryId === categoryId)
          .filter((one) => beforeId === undefined || one.id < beforeId)
          .slice(0, limit),
      ),
    create: (change, result, operation) =>
      oneByOne(async () => {
        refuseTaken({ current: undefined, ...change });
        await operation?.complete(undefined, result);
        save({ current: undefined, ...change });
        return result;
      }),
    update: (id, change, toResult, operation) =>
      oneByOne(async () => {
        const current = all.get(id);
        if (current === undefined) throw goodsError('GOODS_NOT_FOUND');
        const { next, facts: news } = change(current);
        const result = toResult(next);
        await operation?.complete(undefined, result);
        save({ current, next, facts: news });
        return result;
      }),
  };

  const categories: CategoryRepository = {
    list: () => Promise.resolve([...tree.values()]),
    find: (id) => Promise.resolve(tree.get(id)),
    create: async (category, result, operation) => {
      const { parentId } = category;
      if (parentId !== null && !tree.has(parentId)) throw goodsError('CATEGORY_NOT_FOUND');
      await operation?.complete(undefined, result);
      tree.set(category.id, category);
      return result;
    },
    update: (id, change) =>
      oneByOne(async () => {
        await Promise.resolve();
        const current = tree.get(id);
        if (current === undefined) throw goodsError('CATEGORY_NOT_FOUND');
        const next = change(current);
        tree.set(id, next);
        return next;
      }),
    remove: async (id) => {
      await Promise.resolve();
      const isUsed =
        [...tree.values()].some(({ parentId }) => parentId === id) ||
        [...all.values()].some(({ categoryId }) => categoryId === id);
      if (isUsed) throw goodsError('CATEGORY_NOT_EMPTY');
      if (!tree.delete(id)) throw goodsError('CATEGORY_NOT_FOUND');
    },
  };

  const catalogue: Catalogue = {
    page: ({ categoryId, terms, limit, after }) => {
      const wanted = [...terms, ...(categoryId === undefined ? [] : [categoryTerm(categoryId)])];
      const hits = newestFirst()
        .filter(({ status }) => status === 'published')
        .map((one) => ({ one, found: termsOf(one) }))
        .filter(({ found }) => wanted.every((term) => found.has(term)))
        .map(({ one, found }) => ({
          one,
          score: terms.reduce((sum, term) => sum + (found.get(term) ?? 0), 0),
        }))
        .sort((left, right) => right.score - left.score)
        .filter(({ one, score }) => {
          if (after === undefined) return true;
          return after.score === undefined || score === after.score
            ? one.id < after.id
            : score < after.score;
        });
      const asked = hits.slice(0, limit);
      const end = asked.at(-1);
      const place = end && {
        id: end.one.id,
        ...(terms.length === 0 ? {} : { score: end.score }),
      };
      return Promise.resolve({
        items: asked.flatMap(({ one }) => toPublicGoods(one) ?? []),
        next: hits.length > limit ? (place ?? null) : null,
      });
    },
    goods: (id) => {
      const found = all.get(id);
      return Promise.resolve(found === undefined ? undefined : toPublicGoods(found));
    },
    categories: categories.list,
  };

  const skus: SkuReader = {
    forSale: (skuIds) =>
      Promise.resolve(
        [...all.values()].flatMap((one) =>
          one.skus
            .filter(({ id }) => skuIds.includes(id))
            .map(({ id, name, attributes, priceFen, isOnSale }) => ({
              skuId: id,
              spuId: one.id,
              title: one.title,
              skuName: name,
              attributes,
              image: one.images[0] ?? '',
              priceFen,
              isOnSale,
              status: one.status,
            })),
        ),
      ),
  };

  return {
    goods,
    categories,
    catalogue,
    skus,
    facts,
    imports: createMemoryImports({ imports, goods: all, tree, save, oneByOne }),
  };
};
