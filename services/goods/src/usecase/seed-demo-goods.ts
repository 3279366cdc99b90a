import { assert, type Clock } from '@app/kernel';
import { demoCategories, demoGoods } from '../domain/demo-goods.ts';
import { createGoods, publish } from '../domain/goods.ts';
import type { CategoryRepository, GoodsRepository } from '../repository.ts';
import type { CatalogueHints } from '../service.ts';
import type { Usecases } from '../usecase.ts';

interface Deps {
  readonly goods: Pick<GoodsRepository, 'find' | 'create'>;
  readonly categories: Pick<CategoryRepository, 'find' | 'create'>;
  readonly hints: CatalogueHints;
  readonly clock: Clock;
}

/** What is there stays as it is, also when somebody changed it. */
export const createSeedDemoGoods =
  ({ goods, categories, hints, clock }: Deps): Usecases['seedDemoGoods'] =>
  async () => {
    for (const category of demoCategories) {
      const known = await categories.find(category.id);
      if (known === undefined) await categories.create(category, undefined);
    }
    const added: string[] = [];
    for (const { category, input, ids } of demoGoods) {
      const [id = ''] = ids;
      if ((await goods.find(id)) !== undefined) continue;
      const created = createGoods(input, category, fixed(ids, clock.nowMs()));
      const published = publish(created.next, clock.nowMs());
      const facts = [...created.facts, ...published.facts];
      await goods.create({ next: published.next, facts }, undefined);
      added.push(id);
    }
    if (added.length > 0) {
      await hints.categoriesChanged();
      await hints.goodsChanged(added);
    }
    return added.length;
  };

const fixed = (ids: readonly string[], nowMs: number) => {
  const left = [...ids];
  const nextId = (): string => {
    const id = left.shift();
    assert(id !== undefined, 'every SKU of the demonstration has an id');
    return id;
  };
  return { nextId, nowMs };
};
