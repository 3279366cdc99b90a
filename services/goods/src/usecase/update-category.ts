import { patchCategory, toAdminCategory } from '../domain/category.ts';
import type { CategoryRepository } from '../repository.ts';
import type { CatalogueHints } from '../service.ts';
import type { Usecases } from '../usecase.ts';

interface Deps {
  readonly categories: Pick<CategoryRepository, 'update'>;
  readonly hints: CatalogueHints;
}

export const createUpdateCategory =
  ({ categories, hints }: Deps): Usecases['updateCategory'] =>
  async ({ id, ...patch }) => {
    const category = await categories.update(id, (current) => patchCategory(current, patch));
    await hints.categoriesChanged();
    return toAdminCategory(category);
  };
