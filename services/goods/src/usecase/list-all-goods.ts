import { fromCursor, toCursor } from '../domain/cursor.ts';
import { utf8Length } from '../domain/utf8-length.ts';
import { countThatFits } from '../domain/page-budget.ts';
import { toAdminGoods } from '../domain/views.ts';
import { invalidFields } from '../errors.ts';
import type { GoodsRepository } from '../repository.ts';
import type { Usecases } from '../usecase.ts';

interface Deps {
  readonly goods: Pick<GoodsRepository, 'list'>;
}

export const createListAllGoods =
  ({ goods }: Deps): Usecases['listAllGoods'] =>
  async ({ limit = 20, cursor, status, categoryId }) => {
    const place = cursor === undefined ? undefined : fromCursor(cursor);
    if (cursor !== undefined && place === undefined)
      throw invalidFields([
        { field: 'cursor', zh: '不是本列表的游标', en: 'is not a cursor of this list' },
      ]);
    const found = await goods.list({
      limit: limit + 1,
      ...(status === undefined ? {} : { status }),
      ...(categoryId === undefined ? {} : { categoryId }),
      ...(place === undefined ? {} : { beforeId: place.id }),
    });
    const views = found.slice(0, limit).map(toAdminGoods);
    const items = views.slice(
      0,
      countThatFits(views.map((view) => utf8Length(JSON.stringify(view)))),
    );
    const last = items.at(-1);
    const hasMore = items.length < found.length && last !== undefined;
    return { items, nextCursor: hasMore ? toCursor({ id: last.id }) : null };
  };
