import type { Attributes, GoodsInput, GoodsStatus, SkuInput } from '@app/contracts';
import { attributesKey, cleanAttributes } from './attributes.ts';
import type { Category } from './category.ts';
import type { GoodsFact } from './goods-fact.ts';
import { nextStatus } from './goods-state.ts';
import { refuse } from './refusal.ts';

export interface Sku {
  readonly id: string;
  readonly code: string;
  readonly name: string;
  readonly attributes: Attributes;
  readonly priceFen: number;
  readonly isOnSale: boolean;
  readonly version: number;
}

/** A product (SPU) with its SKUs: what changes together, under one lock. */
export interface Goods {
  readonly id: string;
  readonly code: string;
  readonly title: string;
  readonly description: string;
  readonly images: readonly string[];
  readonly categoryId: string;
  /** The categories above, from the root down to its own. */
  readonly categoryPath: readonly string[];
  readonly status: GoodsStatus;
  readonly version: number;
  readonly publishedAtMs: number | null;
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
  readonly skus: readonly Sku[];
}

/** A new state with the facts it makes true; the very same state when nothing changed. */
export interface GoodsChange {
  readonly next: Goods;
  readonly facts: readonly GoodsFact[];
}

export interface Making {
  readonly nextId: () => string;
  readonly nowMs: number;
}

export const SKUS_MAX = 100;

export const createGoods = (
  input: Omit<GoodsInput, 'categoryId'>,
  category: Category,
  { nextId, nowMs }: Making,
): GoodsChange => {
  const id = nextId();
  const empty: Goods = {
    id,
    code: input.code ?? id,
    title: input.title.trim(),
    description: input.description ?? '',
    images: input.images ?? [],
    categoryId: category.id,
    categoryPath: category.path,
    status: 'draft',
    version: 1,
    publishedAtMs: null,
    createdAtMs: nowMs,
    updatedAtMs: nowMs,
    skus: [],
  };
  const skus = input.skus ?? [];
  const next = skus.reduce((goods, sku) => withSku(goods, sku, nextId()), empty);
  return { next, facts: next.skus.map((sku) => skuFact('skuCreated', next, sku)) };
};

export interface GoodsPatch {
  readonly title?: string;
  readonly description?: string;
  readonly images?: readonly string[];
  readonly category?: Category;
}

/** @throws GOODS_ILLEGAL_TRANSITION, GOODS_INCOMPLETE */
export const patchGoods = (goods: Goods, patch: GoodsPatch, nowMs: number): GoodsChange => {
  nextStatus(goods.status, 'edit');
  const next: Goods = {
    ...goods,
    title: patch.title?.trim() ?? goods.title,
    description: patch.description ?? goods.description,
    images: patch.images ?? goods.images,
    categoryId: patch.category?.id ?? goods.categoryId,
    categoryPath: patch.category?.path ?? goods.categoryPath,
  };
  if (sameFields(goods, next)) return { next: goods, facts: [] };
  const bumped = bump(next, nowMs);
  return { next: bumped, facts: [goodsFact('changed', bumped)] };
};

/** @throws GOODS_ILLEGAL_TRANSITION, SKU_ATTRIBUTES_TAKEN, SKU_LIMIT_REACHED */
export const addSku = (goods: Goods, input: SkuInput, { nextId, nowMs }: Making): GoodsChange => {
  nextStatus(goods.status, 'edit');
  const id = nextId();
  const next = bump(withSku(goods, input, id), nowMs);
  const added = next.skus.filter((sku) => sku.id === id);
  return { next, facts: added.map((sku) => skuFact('skuCreated', next, sku)) };
};

export type SkuPatch = Partial<Pick<Sku, 'name' | 'attributes' | 'priceFen' | 'isOnSale'>> & {
  readonly version?: number;
};

/** @throws SKU_NOT_FOUND, GOODS_VERSION_CONFLICT, GOODS_ILLEGAL_TRANSITION, SKU_ATTRIBUTES_TAKEN, GOODS_INCOMPLETE */
export const patchSku = (
  goods: Goods,
  skuId: string,
  { version, ...patch }: SkuPatch,
  nowMs: number,
): GoodsChange => {
  nextStatus(goods.status, 'edit');
  const current = goods.skus.find((sku) => sku.id === skuId);
  if (current === undefined) throw refuse('SKU_NOT_FOUND', { data: { skuId } });
  expectVersion(current.version, version);
  const changed: Sku = {
    ...current,
    ...patch,
    name: patch.name?.trim() ?? current.name,
    attributes: cleanAttributes(patch.attributes ?? current.attributes),
  };
  if (sameSku(current, changed)) return { next: goods, facts: [] };
  const others = goods.skus.filter((sku) => sku.id !== skuId);
  requireFree(others, changed.attributes);
  const sku = { ...changed, version: current.version + 1 };
  const skus = goods.skus.map((other) => (other.id === skuId ? sku : other));
  const next = bump({ ...goods, skus }, nowMs);
  return { next, facts: [skuFact('skuChanged', next, sku)] };
};

/** @throws GOODS_ILLEGAL_TRANSITION, GOODS_INCOMPLETE */
export const publish = (goods: Goods, nowMs: number): GoodsChange => {
  const status = nextStatus(goods.status, 'publish');
  if (status === goods.status) return { next: goods, facts: [] };
  const next = bump({ ...goods, status, publishedAtMs: nowMs }, nowMs);
  const skuIds = next.skus.filter((sku) => sku.isOnSale).map(({ id }) => id);
  const { title, categoryId } = next;
  const payload = { ...factBasics(next), title, categoryId, skuIds };
  return { next, facts: [{ name: 'published', payload }] };
};

/** @throws GOODS_ILLEGAL_TRANSITION */
export const unpublish = (goods: Goods, nowMs: number): GoodsChange =>
  leave(goods, 'unpublish', 'unpublished', nowMs);

export const archive = (goods: Goods, nowMs: number): GoodsChange =>
  leave(goods, 'archive', 'archived', nowMs);

const leave = (
  goods: Goods,
  event: 'unpublish' | 'archive',
  fact: 'unpublished' | 'archived',
  nowMs: number,
): GoodsChange => {
  const status = nextStatus(goods.status, event);
  if (status === goods.status) return { next: goods, facts: [] };
  const next = bump({ ...goods, status }, nowMs);
  return { next, facts: [goodsFact(fact, next)] };
};

/** What a caller read must still be so; without a version the caller does not mind. @throws GOODS_VERSION_CONFLICT */
export const expectVersion = (version: number, expected: number | undefined): void => {
  if (expected !== undefined && expected !== version)
    throw refuse('GOODS_VERSION_CONFLICT', { data: { version } });
};

const withSku = (goods: Goods, input: SkuInput, id: string): Goods => {
  if (goods.skus.length >= SKUS_MAX)
    throw refuse('SKU_LIMIT_REACHED', { data: { skusMax: SKUS_MAX } });
  const attributes = cleanAttributes(input.attributes ?? {});
  requireFree(goods.skus, attributes);
  const sku: Sku = {
    id,
    code: input.code ?? id,
    name: input.name.trim(),
    attributes,
    priceFen: input.priceFen,
    isOnSale: input.isOnSale ?? true,
    version: 1,
  };
  return { ...goods, skus: [...goods.skus, sku] };
};

const requireFree = (skus: readonly Sku[], attributes: Attributes): void => {
  const key = attributesKey(attributes);
  const owner = skus.find((sku) => attributesKey(sku.attributes) === key);
  if (owner !== undefined) throw refuse('SKU_ATTRIBUTES_TAKEN', { data: { skuId: owner.id } });
};

/** Published goods must stay fit for sale, whatever is changed. */
const bump = (goods: Goods, nowMs: number): Goods => {
  const missing = [
    ...(goods.images.length === 0 ? ['images'] : []),
    ...(goods.skus.some((sku) => sku.isOnSale) ? [] : ['skus']),
  ];
  if (goods.status === 'published' && missing.length > 0)
    throw refuse('GOODS_INCOMPLETE', { data: { missing } });
  return { ...goods, version: goods.version + 1, updatedAtMs: nowMs };
};

const factBasics = ({ id, version, updatedAtMs }: Goods) => ({
  spuId: id,
  version,
  changedAtMs: updatedAtMs,
});

const goodsFact = (name: 'changed' | 'unpublished' | 'archived', goods: Goods): GoodsFact => ({
  name,
  payload: factBasics(goods),
});

export const skuFact = (name: 'skuCreated' | 'skuChanged', goods: Goods, sku: Sku): GoodsFact => ({
  name,
  payload: {
    skuId: sku.id,
    spuId: goods.id,
    code: sku.code,
    priceFen: sku.priceFen,
    isOnSale: sku.isOnSale,
    version: sku.version,
    changedAtMs: goods.updatedAtMs,
  },
});

const sameFields = (a: Goods, b: Goods): boolean =>
  a.title === b.title &&
  a.description === b.description &&
  a.categoryId === b.categoryId &&
  a.images.join(' ') === b.images.join(' ');

export const sameSku = (a: Sku, b: Sku): boolean =>
  a.name === b.name &&
  a.priceFen === b.priceFen &&
  a.isOnSale === b.isOnSale &&
  attributesKey(a.attributes) === attributesKey(b.attributes);
