import type { Clock } from '@app/kernel';
import { utf8Length } from '../domain/utf8-length.ts';
import { goodsError, invalidFields } from '../errors.ts';
import type { ImportRepository } from '../repository.ts';
import type { ImportJobs } from '../service.ts';
import type { Usecases } from '../usecase.ts';

interface Deps {
  readonly imports: Pick<ImportRepository, 'find' | 'addChunk'>;
  readonly jobs: ImportJobs;
  readonly clock: Clock;
}

/** With everything around it a chunk stays below what a body and a message may have. */
const CHUNK_BYTES_MAX = 512 * 1024;

export const createAddImportChunk =
  ({ imports, jobs, clock }: Deps): Usecases['addImportChunk'] =>
  async ({ id, number, csv }) => {
    if (utf8Length(csv) > CHUNK_BYTES_MAX)
      throw invalidFields([
        { field: 'csv', zh: '不能超过 512 KiB', en: 'must have 512 KiB at most' },
      ]);
    const before = await imports.find(id);
    if (before === undefined) throw goodsError('GOODS_IMPORT_NOT_FOUND', { data: { id } });
    if (number > before.chunkCount)
      throw invalidFields([
        {
          field: 'number',
          zh: `不能大于 ${before.chunkCount}`,
          en: `must be at most ${before.chunkCount}`,
        },
      ]);
    const outcome = await imports.addChunk({ importId: id, number }, csv, clock.nowMs());
    if (outcome === 'differs') throw goodsError('GOODS_IMPORT_CHUNK_DIFFERS', { data: { number } });
    if (outcome === 'added') await jobs.hint({ importId: id, number });
    return (await imports.find(id)) ?? before;
  };
