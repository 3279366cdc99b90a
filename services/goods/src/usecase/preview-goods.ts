import { toAdminGoods } from '../domain/views.ts';
import { goodsError } from '../errors.ts';
import type { GoodsRepository } from '../repository.ts';
import type { Usecases } from '../usecase.ts';

interface Deps {
  readonly goods: Pick<GoodsRepository, 'find'>;
}

export const createPreviewGoods =
  ({ goods }: Deps): Usecases['previewGoods'] =>
  async ({ id }) => {
    const found = await goods.find(id);
    if (found === undefined) throw goodsError('GOODS_NOT_FOUND', { data: { id } });
    return toAdminGoods(found);
  };
