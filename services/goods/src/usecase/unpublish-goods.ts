import type { Clock } from '@app/kernel';
import { expectVersion, unpublish } from '../domain/goods.ts';
import { toAdminGoods } from '../domain/views.ts';
import type { GoodsRepository } from '../repository.ts';
import type { CatalogueHints } from '../service.ts';
import type { Usecases } from '../usecase.ts';

interface Deps {
  readonly goods: Pick<GoodsRepository, 'update'>;
  readonly hints: CatalogueHints;
  readonly clock: Clock;
}

export const createUnpublishGoods =
  ({ goods, hints, clock }: Deps): Usecases['unpublishGoods'] =>
  async ({ id, version }) => {
    const view = await goods.update(
      id,
      (current) => {
        expectVersion(current.version, version);
        return unpublish(current, clock.nowMs());
      },
      toAdminGoods,
    );
    await hints.goodsChanged([id]);
    return view;
  };
