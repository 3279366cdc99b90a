import type { Clock } from '@app/kernel';
import { patchSku } from '../domain/goods.ts';
import { toAdminGoods } from '../domain/views.ts';
import type { GoodsRepository } from '../repository.ts';
import type { CatalogueHints } from '../service.ts';
import type { Usecases } from '../usecase.ts';

interface Deps {
  readonly goods: Pick<GoodsRepository, 'update'>;
  readonly hints: CatalogueHints;
  readonly clock: Clock;
}

export const createUpdateSku =
  ({ goods, hints, clock }: Deps): Usecases['updateSku'] =>
  async ({ id, skuId, ...patch }) => {
    const view = await goods.update(
      id,
      (current) => patchSku(current, skuId, patch, clock.nowMs()),
      toAdminGoods,
    );
    await hints.goodsChanged([id]);
    return view;
  };
