import type { ActionSpec } from '../define.ts';
import { Empty, Id, Nothing, closed, pageOf } from '../schemas.ts';
import { AdminCategory, CategoryInput, CategoryPatch } from './types.ts';

const write = {
  audience: 'admin',
  rateClass: 'write',
  idempotency: 'none',
  mark: 'goods:write',
} as const;

/** Upkeep of the category tree. The place in the tree is given once: goods are found by it. */
export const categoryActions = {
  listAllCategories: {
    summary: 'All categories with their versions, parents before their children',
    params: Empty,
    result: pageOf(AdminCategory),
    errors: [],
    idempotent: true,
    route: {
      method: 'GET',
      path: '/admin/v1/categories',
      audience: 'admin',
      rateClass: 'read',
      idempotency: 'none',
      mark: 'goods:read',
    },
  },
  createCategory: {
    summary: 'Add a category',
    params: CategoryInput,
    result: AdminCategory,
    errors: ['CATEGORY_NOT_FOUND', 'CATEGORY_TOO_DEEP', 'CATEGORY_LIMIT_REACHED'],
    idempotent: false,
    route: {
      method: 'POST',
      path: '/admin/v1/categories',
      ...write,
      idempotency: 'optional',
      status: 201,
    },
  },
  updateCategory: {
    summary: 'Rename or reorder a category',
    params: closed({ id: Id, ...CategoryPatch }),
    result: AdminCategory,
    errors: ['CATEGORY_NOT_FOUND', 'GOODS_VERSION_CONFLICT'],
    idempotent: false,
    route: { method: 'PATCH', path: '/admin/v1/categories/{id}', ...write },
  },
  deleteCategory: {
    summary: 'Delete an empty category',
    params: closed({ id: Id }),
    result: Nothing,
    errors: ['CATEGORY_NOT_FOUND', 'CATEGORY_NOT_EMPTY'],
    idempotent: false,
    route: { method: 'DELETE', path: '/admin/v1/categories/{id}', ...write },
  },
} as const satisfies Record<string, ActionSpec>;
