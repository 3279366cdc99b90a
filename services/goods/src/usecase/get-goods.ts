import { goodsError } from '../errors.ts';
import type { Catalogue } from '../repository.ts';
import type { GoodsShelf } from '../service.ts';
import type { Usecases } from '../usecase.ts';

interface Deps {
  readonly catalogue: Pick<Catalogue, 'goods'>;
  readonly shelf: GoodsShelf;
}

export const createGetGoods =
  ({ catalogue, shelf }: Deps): Usecases['getGoods'] =>
  async ({ id }) => {
    const found = await catalogue.goods(id);
    if (found === undefined) throw goodsError('GOODS_NOT_FOUND', { data: { id } });
    return shelf.one(found);
  };
