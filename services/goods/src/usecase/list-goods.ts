import { fromCursor, toCursor } from '../domain/cursor.ts';
import { termsOfKeyword } from '../domain/search-terms.ts';
import { invalidFields } from '../errors.ts';
import type { Catalogue, CataloguePage, PageQuery } from '../repository.ts';
import type { GoodsShelf } from '../service.ts';
import type { Usecases } from '../usecase.ts';

interface Deps {
  readonly catalogue: Pick<Catalogue, 'page'>;
  readonly shelf: GoodsShelf;
}

const NOTHING: CataloguePage = { items: [], next: null };

export const createListGoods =
  ({ catalogue, shelf }: Deps): Usecases['listGoods'] =>
  async ({ limit = 20, cursor, categoryId, keyword }) => {
    const terms = keyword === undefined ? [] : termsOfKeyword(keyword);
    const hasNothingToFind = keyword !== undefined && terms.length === 0;
    const query: PageQuery = {
      terms,
      limit,
      ...(categoryId === undefined ? {} : { categoryId }),
      ...(cursor === undefined ? {} : { after: placeOf(cursor, terms.length > 0) }),
    };
    const page = hasNothingToFind ? NOTHING : await catalogue.page(query);
    return {
      items: await shelf.page(page.items),
      nextCursor: page.next === null ? null : toCursor(page.next),
    };
  };

const placeOf = (cursor: string, isRanked: boolean) => {
  const place = fromCursor(cursor);
  if (place === undefined || (place.score !== undefined) !== isRanked)
    throw invalidFields([
      { field: 'cursor', zh: '不是本列表的游标', en: 'is not a cursor of this list' },
    ]);
  return place;
};
