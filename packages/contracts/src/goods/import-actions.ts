import { Type } from '@sinclair/typebox';
import type { ActionSpec } from '../define.ts';
import { Id, closed, pageOf, pageQuery } from '../schemas.ts';
import { GoodsImport, ImportProblem } from './types.ts';

const read = {
  audience: 'admin',
  rateClass: 'read',
  idempotency: 'none',
  mark: 'goods:read',
} as const;
const write = {
  audience: 'admin',
  rateClass: 'write',
  idempotency: 'required',
  mark: 'goods:write',
  status: 201,
} as const;

/** Import of goods from CSV, in chunks that may be sent again and in any order. */
export const importActions = {
  startImport: {
    summary: 'Begin an import of so many chunks',
    params: closed({
      name: Type.String({ minLength: 1, maxLength: 120, pattern: '\\S', examples: ['spring.csv'] }),
      chunkCount: Type.Integer({ minimum: 1, maximum: 1000 }),
    }),
    result: GoodsImport,
    errors: [],
    idempotent: false,
    route: { method: 'POST', path: '/admin/v1/goods/imports', ...write },
  },
  addImportChunk: {
    summary: 'Send one chunk',
    description:
      'Whole lines under the header `spuCode,title,description,images,categoryId,skuCode,skuName,attributes,priceFen`, one SKU per line; images are separated by spaces, attributes are `name=value` separated by `;`. At most 512 KiB and 10 000 lines. Goods and SKUs are found by their codes: new ones are added as drafts, known ones changed; empty fields of known ones stay as they are. The same chunk again changes nothing.',
    params: closed({
      id: Id,
      number: Type.Integer({ minimum: 1, maximum: 1000 }),
      csv: Type.String({ minLength: 1, maxLength: 512 * 1024 }),
    }),
    result: GoodsImport,
    errors: ['GOODS_IMPORT_NOT_FOUND', 'GOODS_IMPORT_CHUNK_DIFFERS'],
    idempotent: false,
    route: { method: 'POST', path: '/admin/v1/goods/imports/{id}/chunks', ...write },
  },
  getImport: {
    summary: 'How far an import is',
    params: closed({ id: Id }),
    result: GoodsImport,
    errors: ['GOODS_IMPORT_NOT_FOUND'],
    idempotent: true,
    route: { method: 'GET', path: '/admin/v1/goods/imports/{id}', ...read },
  },
  listImportProblems: {
    summary: 'Lines of an import that could not be taken, and why',
    params: closed({ id: Id, ...pageQuery }),
    result: pageOf(ImportProblem),
    errors: ['GOODS_IMPORT_NOT_FOUND'],
    idempotent: true,
    route: { method: 'GET', path: '/admin/v1/goods/imports/{id}/problems', ...read },
  },
} as const satisfies Record<string, ActionSpec>;
