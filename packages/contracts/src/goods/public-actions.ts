import { Type } from '@sinclair/typebox';
import type { ActionSpec } from '../define.ts';
import { Empty, Id, closed, pageOf, pageQuery, view } from '../schemas.ts';
import { CategoryTree, GoodsView, PricedLine } from './types.ts';

const publicRead = { audience: 'public', rateClass: 'read', idempotency: 'none' } as const;

/** What shoppers read, and what order asks. */
export const publicActions = {
  listGoods: {
    summary: 'Goods on sale, the newest first; with a keyword the best match first',
    description:
      'A category includes its sub-categories. Every word of the keyword must occur in the title, the names or the attributes; words of Latin letters match from their beginning. The best 2 000 matches can be paged through. A page ends early when it grows over 512 KiB.',
    params: closed({
      ...pageQuery,
      categoryId: Type.Optional(Id),
      keyword: Type.Optional(
        Type.String({ minLength: 1, maxLength: 60, pattern: '\\S', examples: ['保温杯'] }),
      ),
    }),
    result: pageOf(GoodsView),
    errors: [],
    idempotent: true,
    route: { method: 'GET', path: '/api/v1/goods', ...publicRead },
  },
  getGoods: {
    summary: 'Goods on sale',
    params: closed({ id: Id }),
    result: GoodsView,
    errors: ['GOODS_NOT_FOUND'],
    idempotent: true,
    route: { method: 'GET', path: '/api/v1/goods/{id}', ...publicRead },
  },
  listCategories: {
    summary: 'The tree of categories, in display order',
    params: Empty,
    result: pageOf(CategoryTree),
    errors: [],
    idempotent: true,
    route: { method: 'GET', path: '/api/v1/categories', ...publicRead },
  },
  priceLines: {
    summary: 'Prices and snapshots of what is to be ordered, as of now',
    description:
      'All or nothing: one SKU that is not for sale refuses the whole, and `data.skus` names each such one with the reason (unknown, notOnSale, notPublished).',
    params: closed({
      items: Type.Array(
        closed({ skuId: Id, quantity: Type.Integer({ minimum: 1, maximum: 9999 }) }),
        { minItems: 1, maxItems: 100 },
      ),
    }),
    result: view({ lines: Type.Array(PricedLine) }),
    errors: ['SKU_NOT_FOR_SALE'],
    idempotent: true,
  },
} as const satisfies Record<string, ActionSpec>;
