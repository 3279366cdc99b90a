import type { Attributes, GoodsStatus, PricedLine } from '@app/contracts';
import { canonicalJson, sha256Hex } from '@app/kernel';
import { refuse } from './refusal.ts';

/** A SKU with as much of its goods as an order keeps. */
export interface SkuForSale {
  readonly skuId: string;
  readonly spuId: string;
  readonly title: string;
  readonly skuName: string;
  readonly attributes: Attributes;
  /** The cover; goods on sale have one. */
  readonly image: string;
  readonly priceFen: number;
  readonly isOnSale: boolean;
  readonly status: GoodsStatus;
}

export interface LineRequest {
  readonly skuId: string;
  readonly quantity: number;
}

const refusalOf = (sku: SkuForSale | undefined): string | undefined => {
  if (sku === undefined) return 'unknown';
  if (sku.status !== 'published') return 'notPublished';
  return sku.isOnSale ? undefined : 'notOnSale';
};

/** Lines in the order they were asked for. @throws SKU_NOT_FOR_SALE with every one that is not */
export const priceLines = (
  items: readonly LineRequest[],
  found: readonly SkuForSale[],
): PricedLine[] => {
  const byId = new Map(found.map((sku) => [sku.skuId, sku]));
  const refused = items.flatMap(({ skuId }) => {
    const reason = refusalOf(byId.get(skuId));
    return reason === undefined ? [] : [{ skuId, reason }];
  });
  if (refused.length > 0) throw refuse('SKU_NOT_FOR_SALE', { data: { skus: refused } });
  return items.flatMap(({ skuId, quantity }) => {
    const sku = byId.get(skuId);
    return sku === undefined ? [] : [toLine(sku, quantity)];
  });
};

const toLine = ({ isOnSale: _, status: __, ...snapshot }: SkuForSale, quantity: number) => ({
  ...snapshot,
  quantity,
  snapshotHash: sha256Hex(canonicalJson(snapshot)),
});
