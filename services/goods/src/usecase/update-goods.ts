import type { Clock } from '@app/kernel';
import { expectVersion, patchGoods } from '../domain/goods.ts';
import { imageProblems } from '../domain/image-hosts.ts';
import { toAdminGoods } from '../domain/views.ts';
import { goodsError, invalidFields } from '../errors.ts';
import type { CategoryRepository, GoodsRepository } from '../repository.ts';
import type { CatalogueHints } from '../service.ts';
import type { Usecases } from '../usecase.ts';

interface Deps {
  readonly goods: Pick<GoodsRepository, 'update'>;
  readonly categories: Pick<CategoryRepository, 'find'>;
  readonly imageHosts: readonly string[];
  readonly hints: CatalogueHints;
  readonly clock: Clock;
}

export const createUpdateGoods =
  ({ goods, categories, imageHosts, hints, clock }: Deps): Usecases['updateGoods'] =>
  async ({ id, version, categoryId, ...patch }) => {
    const problems = imageProblems(patch.images ?? [], imageHosts);
    if (problems.length > 0) throw invalidFields(problems);
    const category = categoryId === undefined ? undefined : await categories.find(categoryId);
    if (categoryId !== undefined && category === undefined)
      throw goodsError('CATEGORY_NOT_FOUND', { data: { field: 'categoryId' } });
    const place = category === undefined ? {} : { category };
    const view = await goods.update(
      id,
      (current) => {
        expectVersion(current.version, version);
        return patchGoods(current, { ...patch, ...place }, clock.nowMs());
      },
      toAdminGoods,
    );
    await hints.goodsChanged([id]);
    return view;
  };
