import { goodsError, invalidFields } from '../errors.ts';
import type { ImportRepository } from '../repository.ts';
import type { Usecases } from '../usecase.ts';

interface Deps {
  readonly imports: Pick<ImportRepository, 'find' | 'problems'>;
}

export const createListImportProblems =
  ({ imports }: Deps): Usecases['listImportProblems'] =>
  async ({ id, limit = 20, cursor }) => {
    const after = cursor === undefined ? undefined : placeOf(cursor);
    if ((await imports.find(id)) === undefined)
      throw goodsError('GOODS_IMPORT_NOT_FOUND', { data: { id } });
    const query = { limit: limit + 1, ...(after === undefined ? {} : { after }) };
    const found = await imports.problems(id, query);
    const items = found.slice(0, limit);
    const last = items.at(-1);
    const hasMore = found.length > limit && last !== undefined;
    return { items, nextCursor: hasMore ? `${last.chunk}-${last.line}` : null };
  };

const placeOf = (cursor: string) => {
  const [, chunk, line] = /^(\d{1,4})-(\d{1,9})$/.exec(cursor) ?? [];
  if (chunk === undefined || line === undefined)
    throw invalidFields([
      { field: 'cursor', zh: '不是本列表的游标', en: 'is not a cursor of this list' },
    ]);
  return { chunk: Number(chunk), line: Number(line) };
};
