import type { Clock, Ids } from '@app/kernel';
import { createGoods } from '../domain/goods.ts';
import { imageProblems } from '../domain/image-hosts.ts';
import { toAdminGoods } from '../domain/views.ts';
import { goodsError, invalidFields } from '../errors.ts';
import type { CategoryRepository, GoodsRepository } from '../repository.ts';
import type { Usecases } from '../usecase.ts';

interface Deps {
  readonly goods: Pick<GoodsRepository, 'create'>;
  readonly categories: Pick<CategoryRepository, 'find'>;
  readonly imageHosts: readonly string[];
  readonly clock: Clock;
  readonly ids: Ids;
}

export const createCreateGoods =
  ({ goods, categories, imageHosts, clock, ids }: Deps): Usecases['createGoods'] =>
  async ({ params, operation }) => {
    const problems = imageProblems(params.images ?? [], imageHosts);
    if (problems.length > 0) throw invalidFields(problems);
    const category = await categories.find(params.categoryId);
    if (category === undefined)
      throw goodsError('CATEGORY_NOT_FOUND', { data: { field: 'categoryId' } });
    const change = createGoods(params, category, {
      nextId: () => ids.next(),
      nowMs: clock.nowMs(),
    });
    return goods.create(change, toAdminGoods(change.next), operation);
  };
