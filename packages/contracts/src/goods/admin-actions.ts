import { Type } from '@sinclair/typebox';
import type { ActionSpec } from '../define.ts';
import { Id, closed, pageOf, pageQuery } from '../schemas.ts';
import {
  ExpectedVersion,
  AdminGoods,
  GoodsInput,
  GoodsPatch,
  GoodsStatusQuery,
  SkuInput,
  SkuPatch,
} from './types.ts';

const read = {
  audience: 'admin',
  rateClass: 'read',
  idempotency: 'none',
  mark: 'goods:read',
} as const;
const write = {
  audience: 'admin',
  rateClass: 'write',
  idempotency: 'none',
  mark: 'goods:write',
} as const;
const publish = { ...write, mark: 'goods:publish' } as const;
const goodsId = closed({ id: Id, version: ExpectedVersion });

/** Upkeep of goods and SKUs. */
export const adminActions = {
  listAllGoods: {
    summary: 'Goods of every state, the newest first',
    params: closed({
      ...pageQuery,
      status: Type.Optional(GoodsStatusQuery),
      categoryId: Type.Optional(Id),
    }),
    result: pageOf(AdminGoods),
    errors: [],
    idempotent: true,
    route: { method: 'GET', path: '/admin/v1/goods', ...read },
  },
  previewGoods: {
    summary: 'Goods of any state',
    params: closed({ id: Id }),
    result: AdminGoods,
    errors: ['GOODS_NOT_FOUND'],
    idempotent: true,
    route: { method: 'GET', path: '/admin/v1/goods/{id}', ...read },
  },
  createGoods: {
    summary: 'New goods, as a draft',
    description: 'Images must be on an allowed host. Without a code the id is the code.',
    params: GoodsInput,
    result: AdminGoods,
    errors: ['CATEGORY_NOT_FOUND', 'GOODS_CODE_TAKEN', 'SKU_CODE_TAKEN', 'SKU_ATTRIBUTES_TAKEN'],
    idempotent: false,
    route: {
      method: 'POST',
      path: '/admin/v1/goods',
      ...write,
      idempotency: 'optional',
      status: 201,
    },
  },
  updateGoods: {
    summary: 'Change goods',
    description:
      'Fields that are not sent stay as they are. Published goods change for shoppers at once.',
    params: closed({ id: Id, ...GoodsPatch }),
    result: AdminGoods,
    errors: [
      'GOODS_NOT_FOUND',
      'CATEGORY_NOT_FOUND',
      'GOODS_VERSION_CONFLICT',
      'GOODS_ILLEGAL_TRANSITION',
      'GOODS_INCOMPLETE',
    ],
    idempotent: false,
    route: { method: 'PATCH', path: '/admin/v1/goods/{id}', ...write },
  },
  publishGoods: {
    summary: 'Put goods on sale',
    description: 'Doing it again changes nothing.',
    params: goodsId,
    result: AdminGoods,
    errors: [
      'GOODS_NOT_FOUND',
      'GOODS_VERSION_CONFLICT',
      'GOODS_ILLEGAL_TRANSITION',
      'GOODS_INCOMPLETE',
    ],
    idempotent: true,
    route: { method: 'POST', path: '/admin/v1/goods/{id}/publish', ...publish },
  },
  unpublishGoods: {
    summary: 'Take goods off sale: they are a draft again',
    description: 'Doing it again changes nothing.',
    params: goodsId,
    result: AdminGoods,
    errors: ['GOODS_NOT_FOUND', 'GOODS_VERSION_CONFLICT', 'GOODS_ILLEGAL_TRANSITION'],
    idempotent: true,
    route: { method: 'POST', path: '/admin/v1/goods/{id}/unpublish', ...publish },
  },
  archiveGoods: {
    summary: 'Take goods away for good',
    description: 'They stay readable for operators. Doing it again changes nothing.',
    params: goodsId,
    result: AdminGoods,
    errors: ['GOODS_NOT_FOUND', 'GOODS_VERSION_CONFLICT'],
    idempotent: true,
    route: { method: 'POST', path: '/admin/v1/goods/{id}/archive', ...publish },
  },
  createSku: {
    summary: 'Add a SKU',
    params: closed({ id: Id, ...SkuInput.properties }),
    result: AdminGoods,
    errors: [
      'GOODS_NOT_FOUND',
      'GOODS_ILLEGAL_TRANSITION',
      'SKU_CODE_TAKEN',
      'SKU_ATTRIBUTES_TAKEN',
      'SKU_LIMIT_REACHED',
    ],
    idempotent: false,
    route: {
      method: 'POST',
      path: '/admin/v1/goods/{id}/skus',
      ...write,
      idempotency: 'optional',
      status: 201,
    },
  },
  updateSku: {
    summary: 'Change a SKU',
    description: 'Fields that are not sent stay as they are; `version` is that of the SKU.',
    params: closed({ id: Id, skuId: Id, ...SkuPatch }),
    result: AdminGoods,
    errors: [
      'GOODS_NOT_FOUND',
      'SKU_NOT_FOUND',
      'GOODS_VERSION_CONFLICT',
      'GOODS_ILLEGAL_TRANSITION',
      'SKU_ATTRIBUTES_TAKEN',
      'GOODS_INCOMPLETE',
    ],
    idempotent: false,
    route: { method: 'PATCH', path: '/admin/v1/goods/{id}/skus/{skuId}', ...write },
  },
} as const satisfies Record<string, ActionSpec>;
