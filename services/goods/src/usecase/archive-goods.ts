import type { Clock } from '@app/kernel';
import { expectVersion, archive } from '../domain/goods.ts';
import { toAdminGoods } from '../domain/views.ts';
import type { GoodsRepository } from '../repository.ts';
import type { CatalogueHints } from '../service.ts';
import type { Usecases } from '../usecase.ts';

interface Deps {
  readonly goods: Pick<GoodsRepository, 'update'>;
  readonly hints: CatalogueHints;
  readonly clock: Clock;
}

export const createArchiveGoods =
  ({ goods, hints, clock }: Deps): Usecases['archiveGoods'] =>
  async ({ id, version }) => {
    const view = await goods.update(
      id,
      (current) => {
        expectVersion(current.version, version);
        return archive(current, clock.nowMs());
      },
      toAdminGoods,
    );
    await hints.goodsChanged([id]);
    return view;
  };
