import { sha256Hex, toRfc3339 } from '@app/kernel';
import { fromSqlTime, isDuplicateKey, toSqlTime, type Database, type Outbox } from '@app/mysql';
import { importProgress } from '../../domain/import-progress.ts';
import { goodsError } from '../../errors.ts';
import type { ImportRepository } from '../../repository.ts';
import { isReferenceMissing } from './key-refusals.ts';
import type { Tables } from './tables.ts';
import { takeBatch } from './take-batch.ts';

interface Deps {
  readonly db: Database<Tables>;
  readonly outbox: Outbox<Tables>;
}

export const createMysqlImportRepository = ({ db, outbox }: Deps): ImportRepository => ({
  start: ({ id, name, chunkCount, adminId, nowMs }, result, operation) =>
    db.transaction(async (tx) => {
      await tx
        .insertInto('goods_import')
        .values({
          id,
          name,
          chunk_count: chunkCount,
          admin_id: adminId,
          created_at: toSqlTime(nowMs),
        })
        .execute();
      await operation?.complete(tx, result);
      return result;
    }),

  find: async (id) => {
    const found = await db.write
      .selectFrom('goods_import')
      .select(['name', 'chunk_count', 'created_at'])
      .where('id', '=', id)
      .executeTakeFirst();
    if (found === undefined) return undefined;
    const chunks = await db.write
      .selectFrom('import_chunk')
      .select(['number', 'status', 'rows_done', 'rows_created', 'rows_updated', 'rows_failed'])
      .where('import_id', '=', id)
      .execute();
    const createdAt = toRfc3339(fromSqlTime(found.created_at));
    return importProgress(
      { id, name: found.name, chunkCount: found.chunk_count, createdAt },
      chunks.map((chunk) => ({
        number: chunk.number,
        isDone: chunk.status === 'done',
        rowsDone: chunk.rows_done,
        rowsCreated: chunk.rows_created,
        rowsUpdated: chunk.rows_updated,
        rowsFailed: chunk.rows_failed,
      })),
    );
  },

  addChunk: async ({ importId, number }, csv, nowMs) => {
    const content_hash = sha256Hex(csv);
    const counts = { rows_done: 0, rows_created: 0, rows_updated: 0, rows_failed: 0 };
    const row = { import_id: importId, number, content_hash, csv, status: 'waiting' as const };
    try {
      await db.write
        .insertInto('import_chunk')
        .values({ ...row, ...counts, received_at: toSqlTime(nowMs) })
        .execute();
      return 'added';
    } catch (error) {
      if (isReferenceMissing(error))
        throw goodsError('GOODS_IMPORT_NOT_FOUND', { data: { id: importId } });
      if (!isDuplicateKey(error)) throw error;
    }
    const known = await db.write
      .selectFrom('import_chunk')
      .select('content_hash')
      .where('import_id', '=', importId)
      .where('number', '=', number)
      .executeTakeFirst();
    return known?.content_hash === content_hash ? 'known' : 'differs';
  },

  chunkToTake: async ({ importId, number }) => {
    const row = await db.write
      .selectFrom('import_chunk')
      .select(['csv', 'rows_done'])
      .where('import_id', '=', importId)
      .where('number', '=', number)
      .where('status', '=', 'waiting')
      .executeTakeFirst();
    if (row === undefined || row.csv === null) return undefined;
    return { importId, number, csv: row.csv, rowsDone: row.rows_done };
  },

  waiting: async (beforeMs, limit) => {
    const rows = await db.write
      .selectFrom('import_chunk')
      .select(['import_id', 'number'])
      .where('status', '=', 'waiting')
      .where('received_at', '<', toSqlTime(beforeMs))
      .orderBy('received_at')
      .limit(limit)
      .execute();
    return rows.map(({ import_id, number }) => ({ importId: import_id, number }));
  },

  take: (batch) => takeBatch({ db, outbox }, batch),

  problems: async (importId, { limit, after }) => {
    let query = db.write
      .selectFrom('import_problem')
      .select(['chunk', 'line', 'field', 'reason'])
      .where('import_id', '=', importId)
      .orderBy('chunk')
      .orderBy('line')
      .limit(limit);
    if (after !== undefined) {
      query = query.where((where) =>
        where.or([
          where('chunk', '>', after.chunk),
          where.and([where('chunk', '=', after.chunk), where('line', '>', after.line)]),
        ]),
      );
    }
    return query.execute();
  },
});
