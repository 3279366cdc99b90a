import type { Ids } from '@app/kernel';
import { newCategory, toAdminCategory } from '../domain/category.ts';
import { goodsError } from '../errors.ts';
import type { CategoryRepository } from '../repository.ts';
import type { CatalogueHints } from '../service.ts';
import type { Usecases } from '../usecase.ts';

interface Deps {
  readonly categories: Pick<CategoryRepository, 'find' | 'create'>;
  readonly hints: CatalogueHints;
  readonly ids: Ids;
}

export const createCreateCategory =
  ({ categories, hints, ids }: Deps): Usecases['createCategory'] =>
  async ({ params: { parentId = null, ...fields }, operation }) => {
    const parent = parentId === null ? undefined : await categories.find(parentId);
    if (parentId !== null && parent === undefined)
      throw goodsError('CATEGORY_NOT_FOUND', { data: { field: 'parentId' } });
    const category = newCategory(fields, parent, ids.next());
    const view = await categories.create(category, toAdminCategory(category), operation);
    await hints.categoriesChanged();
    return view;
  };
