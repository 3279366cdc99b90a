import { parentsFirst, toAdminCategory } from '../domain/category.ts';
import type { CategoryRepository } from '../repository.ts';
import type { Usecases } from '../usecase.ts';

interface Deps {
  readonly categories: Pick<CategoryRepository, 'list'>;
}

export const createListAllCategories =
  ({ categories }: Deps): Usecases['listAllCategories'] =>
  async () => ({
    items: parentsFirst(await categories.list()).map(toAdminCategory),
    nextCursor: null,
  });
