import { createUlids, type Ids } from '@app/kernel';
import type { Category } from '../../src/domain/category.ts';
import { createGoods, publish, type Goods, type GoodsChange } from '../../src/domain/goods.ts';

export const ids: Ids = createUlids();

/** 2026-11-20T08:00:00.123Z: milliseconds that are not zero, so that a lost precision shows. */
export const NOON_MS = 1_795_161_600_123;

export const making = { nextId: () => ids.next(), nowMs: NOON_MS };

export const IMAGE = 'https://img.example.com/a.png';

export const aCategory = (parent?: Category, overrides: Partial<Category> = {}): Category => {
  const id = ids.next();
  const path = [...(parent?.path ?? []), id];
  return {
    id,
    parentId: parent?.id ?? null,
    path,
    name: '水具',
    sort: 0,
    version: 1,
    ...overrides,
  };
};

type Input = Parameters<typeof createGoods>[0];

export const aSku = (size = 'M', priceFen = 9900) => ({
  name: `红色 ${size}`,
  attributes: { 颜色: '红', 尺寸: size },
  priceFen,
});

export const aDraft = (category: Category, input: Partial<Input> = {}): GoodsChange =>
  createGoods(
    { title: '不锈钢保温杯', description: '保温', images: [IMAGE], skus: [aSku()], ...input },
    category,
    making,
  );

export const published = (category: Category, input: Partial<Input> = {}): GoodsChange => {
  const created = aDraft(category, input);
  const next = publish(created.next, NOON_MS);
  return { next: next.next, facts: [...created.facts, ...next.facts] };
};

export const firstSku = (goods: Goods) => goods.skus[0]!;
