import { Type, type Static } from '@sinclair/typebox';
import { At, HttpsUrl, Id, closed, nullable, view } from '../schemas.ts';

const text = (maxLength: number, example: string) =>
  Type.String({ minLength: 1, maxLength, pattern: '\\S', examples: [example] });

/** `{"颜色":"红","尺寸":"M"}`: which one of its goods a SKU is. Key order does not matter. */
export const Attributes = Type.Record(
  Type.String({ pattern: '^\\S(.{0,28}\\S)?$' }),
  Type.String({ minLength: 1, maxLength: 60, pattern: '\\S' }),
  { maxProperties: 8, additionalProperties: false, examples: [{ 颜色: '红', 尺寸: 'M' }] },
);
export type Attributes = Static<typeof Attributes>;

/** The code that the shop's own systems know something by. */
export const Code = Type.String({
  pattern: '^[0-9A-Za-z][0-9A-Za-z._/-]{0,63}$',
  examples: ['CUP-01'],
});

/** Up to ten million yuan. */
export const PriceFen = Type.Integer({ minimum: 0, maximum: 1_000_000_000, examples: [9900] });

export const Availability = Type.Union(
  [Type.Literal('current'), Type.Literal('lastKnown'), Type.Literal('unknown')],
  {
    description:
      'How sure `available` is: `current`; `lastKnown` (stock could not be asked, the number is up to a minute old); `unknown` (neither: `available` is 0, nothing can be bought right now)',
  },
);

const goodsFields = {
  title: text(120, '保温杯'),
  description: Type.String({ maxLength: 5000 }),
  images: Type.Array(HttpsUrl, { maxItems: 20, description: 'The first one is the cover' }),
  categoryId: Id,
};

const skuFields = {
  name: text(120, '红色 M'),
  attributes: Attributes,
  priceFen: PriceFen,
};

export const SkuView = view({
  id: Id,
  ...skuFields,
  available: Type.Integer({ minimum: 0, description: 'Pieces that can be bought now' }),
  availability: Availability,
});
export type SkuView = Static<typeof SkuView>;

/** Goods as shoppers see them. */
export const GoodsView = view({ id: Id, ...goodsFields, skus: Type.Array(SkuView) });
export type GoodsView = Static<typeof GoodsView>;

export const GoodsStatus = Type.Union([
  Type.Literal('draft'),
  Type.Literal('published'),
  Type.Literal('archived'),
]);
export type GoodsStatus = Static<typeof GoodsStatus>;

/** The same in a query. */
export const GoodsStatusQuery = Type.Unsafe<GoodsStatus>(
  Type.String({ pattern: '^(draft|published|archived)$' }),
);

export const AdminSku = view({
  id: Id,
  code: Code,
  ...skuFields,
  isOnSale: Type.Boolean({ description: 'False: hidden from shoppers, cannot be ordered' }),
  version: Type.Integer({ minimum: 1 }),
});
export type AdminSku = Static<typeof AdminSku>;

/** Goods as operators see them. */
export const AdminGoods = view({
  id: Id,
  code: Code,
  ...goodsFields,
  status: GoodsStatus,
  version: Type.Integer({ minimum: 1 }),
  skus: Type.Array(AdminSku),
  publishedAt: nullable(At),
  createdAt: At,
  updatedAt: At,
});
export type AdminGoods = Static<typeof AdminGoods>;

export const SkuInput = closed({
  ...skuFields,
  attributes: Type.Optional(Attributes),
  code: Type.Optional(Code),
  isOnSale: Type.Optional(Type.Boolean({ default: true })),
});
export type SkuInput = Static<typeof SkuInput>;

export const GoodsInput = closed({
  ...goodsFields,
  description: Type.Optional(goodsFields.description),
  images: Type.Optional(goodsFields.images),
  code: Type.Optional(Code),
  skus: Type.Optional(Type.Array(SkuInput, { maxItems: 100 })),
});
export type GoodsInput = Static<typeof GoodsInput>;

/** The version that was read; left out, the change applies to whatever is there. */
export const ExpectedVersion = Type.Optional(
  Type.Integer({ minimum: 1, description: 'Refused when it is no longer the newest' }),
);

export const GoodsPatch = {
  title: Type.Optional(goodsFields.title),
  description: Type.Optional(goodsFields.description),
  images: Type.Optional(goodsFields.images),
  categoryId: Type.Optional(Id),
  version: ExpectedVersion,
};

export const SkuPatch = {
  name: Type.Optional(skuFields.name),
  attributes: Type.Optional(Attributes),
  priceFen: Type.Optional(PriceFen),
  isOnSale: Type.Optional(Type.Boolean()),
  version: ExpectedVersion,
};

const categoryFields = {
  id: Id,
  name: text(40, '水具'),
  parentId: nullable(Id),
  sort: Type.Integer({ minimum: 0, maximum: 1_000_000, description: 'Smaller comes first' }),
};

const leaf = view({
  ...categoryFields,
  children: Type.Array(view({}), { maxItems: 0 }),
});
const branch = view({ ...categoryFields, children: Type.Array(leaf) });

/** The tree of categories, in display order. */
export const CategoryTree = view({ ...categoryFields, children: Type.Array(branch) });
export type CategoryTree = Static<typeof CategoryTree>;

export const AdminCategory = view({ ...categoryFields, version: Type.Integer({ minimum: 1 }) });
export type AdminCategory = Static<typeof AdminCategory>;

export const CategoryInput = closed({
  name: categoryFields.name,
  parentId: Type.Optional(nullable(Id)),
  sort: Type.Optional(categoryFields.sort),
});

export const CategoryPatch = {
  name: Type.Optional(categoryFields.name),
  sort: Type.Optional(categoryFields.sort),
  version: ExpectedVersion,
};

export const GoodsImport = view({
  id: Id,
  name: Type.String(),
  status: Type.Union([Type.Literal('receiving'), Type.Literal('processing'), Type.Literal('done')]),
  chunkCount: Type.Integer(),
  chunksReceived: Type.Integer(),
  chunksDone: Type.Integer(),
  missingChunks: Type.Array(Type.Integer(), { description: 'The first 100 that are not here yet' }),
  rowsDone: Type.Integer(),
  rowsCreated: Type.Integer({ description: 'New SKUs' }),
  rowsUpdated: Type.Integer(),
  rowsFailed: Type.Integer(),
  createdAt: At,
});
export type GoodsImport = Static<typeof GoodsImport>;

export const ImportProblem = view({
  chunk: Type.Integer(),
  line: Type.Integer({
    description: 'Row of the chunk as a spreadsheet counts it: the header is 1',
  }),
  field: Type.String(),
  reason: Type.String(),
});
export type ImportProblem = Static<typeof ImportProblem>;

/** What an order keeps of a SKU: nothing of it changes when the goods do. */
export const PricedLine = view({
  skuId: Id,
  spuId: Id,
  quantity: Type.Integer({ minimum: 1 }),
  title: Type.String(),
  skuName: Type.String(),
  attributes: Attributes,
  image: Type.String({ description: 'The cover' }),
  priceFen: PriceFen,
  snapshotHash: Type.String({
    pattern: '^[0-9a-f]{64}$',
    description:
      'SHA-256 of the canonical JSON of {skuId, spuId, title, skuName, attributes, image, priceFen}',
  }),
});
export type PricedLine = Static<typeof PricedLine>;
