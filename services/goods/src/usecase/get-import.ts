import { goodsError } from '../errors.ts';
import type { ImportRepository } from '../repository.ts';
import type { Usecases } from '../usecase.ts';

interface Deps {
  readonly imports: Pick<ImportRepository, 'find'>;
}

export const createGetImport =
  ({ imports }: Deps): Usecases['getImport'] =>
  async ({ id }) => {
    const found = await imports.find(id);
    if (found === undefined) throw goodsError('GOODS_IMPORT_NOT_FOUND', { data: { id } });
    return found;
  };
