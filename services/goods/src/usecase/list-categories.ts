import { toTree } from '../domain/category.ts';
import type { Catalogue } from '../repository.ts';
import type { Usecases } from '../usecase.ts';

interface Deps {
  readonly catalogue: Pick<Catalogue, 'categories'>;
}

export const createListCategories =
  ({ catalogue }: Deps): Usecases['listCategories'] =>
  async () => ({ items: toTree(await catalogue.categories()), nextCursor: null });
