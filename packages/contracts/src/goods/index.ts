import { Type } from '@sinclair/typebox';
import { defineService } from '../define.ts';
import { Id, view } from '../schemas.ts';
import { adminActions } from './admin-actions.ts';
import { categoryActions } from './category-actions.ts';
import { goodsErrors } from './errors.ts';
import { goodsFacts } from './facts.ts';
import { importActions } from './import-actions.ts';
import { publicActions } from './public-actions.ts';

export { goodsErrors } from './errors.ts';
export type {
  AdminCategory,
  AdminGoods,
  AdminSku,
  Attributes,
  CategoryTree,
  GoodsImport,
  GoodsInput,
  GoodsStatus,
  GoodsView,
  ImportProblem,
  PricedLine,
  SkuInput,
  SkuView,
} from './types.ts';

export const goods = defineService({
  name: 'goods',
  summary: 'The catalogue: categories, goods (SPU) and their SKUs with prices',
  errors: goodsErrors,
  actions: { ...publicActions, ...adminActions, ...categoryActions, ...importActions },
  facts: goodsFacts,
  hints: {
    goodsChanged: {
      summary: 'Drop what you cached of these goods, and every page of goods',
      payload: view({ spuIds: Type.Array(Id) }),
    },
    categoriesChanged: {
      summary: 'Drop what you cached of the categories',
      payload: view({}),
    },
  },
  queues: {
    importChunk: {
      summary: 'Take the lines of one chunk of an import',
      payload: view({ importId: Id, number: Type.Integer({ minimum: 1 }) }),
      attemptsMax: 5,
      backoffMs: 1000,
      concurrency: 2,
    },
  },
});
