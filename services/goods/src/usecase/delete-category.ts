import type { CategoryRepository } from '../repository.ts';
import type { CatalogueHints } from '../service.ts';
import type { Usecases } from '../usecase.ts';

interface Deps {
  readonly categories: Pick<CategoryRepository, 'remove'>;
  readonly hints: CatalogueHints;
}

export const createDeleteCategory =
  ({ categories, hints }: Deps): Usecases['deleteCategory'] =>
  async ({ id }) => {
    await categories.remove(id);
    await hints.categoriesChanged();
    return null;
  };
