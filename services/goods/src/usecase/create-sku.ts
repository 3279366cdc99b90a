import type { Clock, Ids } from '@app/kernel';
import { addSku } from '../domain/goods.ts';
import { toAdminGoods } from '../domain/views.ts';
import type { GoodsRepository } from '../repository.ts';
import type { CatalogueHints } from '../service.ts';
import type { Usecases } from '../usecase.ts';

interface Deps {
  readonly goods: Pick<GoodsRepository, 'update'>;
  readonly hints: CatalogueHints;
  readonly clock: Clock;
  readonly ids: Ids;
}

export const createCreateSku =
  ({ goods, hints, clock, ids }: Deps): Usecases['createSku'] =>
  async ({ params: { id, ...sku }, operation }) => {
    const making = { nextId: () => ids.next(), nowMs: clock.nowMs() };
    const view = await goods.update(
      id,
      (current) => addSku(current, sku, making),
      toAdminGoods,
      operation,
    );
    await hints.goodsChanged([id]);
    return view;
  };
