import { Type } from '@sinclair/typebox';
import { AtMs, Id, view } from '../schemas.ts';
import { Code, PriceFen } from './types.ts';

const ofGoods = { spuId: Id, version: Type.Integer({ minimum: 1 }), changedAtMs: AtMs };
const ofSku = {
  skuId: Id,
  spuId: Id,
  code: Code,
  priceFen: PriceFen,
  isOnSale: Type.Boolean(),
  version: Type.Integer({ minimum: 1 }),
  changedAtMs: AtMs,
};

/** `version` grows with every change: a consumer that sees an older one than it has ignores it. */
export const goodsFacts = {
  published: {
    summary: 'Goods went on sale',
    payload: view({ ...ofGoods, title: Type.String(), categoryId: Id, skuIds: Type.Array(Id) }),
  },
  changed: {
    summary: 'Goods have another title, description, image or category',
    payload: view(ofGoods),
  },
  unpublished: { summary: 'Goods are a draft again', payload: view(ofGoods) },
  archived: { summary: 'Goods are gone for good', payload: view(ofGoods) },
  skuCreated: { summary: 'Goods have a new SKU', payload: view(ofSku) },
  skuChanged: {
    summary: 'A SKU has another price, name, attributes or is (no longer) on sale',
    payload: view(ofSku),
  },
};
