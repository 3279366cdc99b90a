import { isDuplicateKey, type Database, type Outbox } from '@app/mysql';
import { sql, type Transaction } from 'kysely';
import type { ImportOutcome, KnownGoods } from '../../domain/apply-import.ts';
import type { RowProblem } from '../../domain/import-row.ts';
import type { ImportBatch } from '../../repository.ts';
import { completeGoods, lockSpusByCode } from './load-goods.ts';
import { saveGoods } from './save-goods.ts';
import type { Tables } from './tables.ts';

interface Deps {
  readonly db: Database<Tables>;
  readonly outbox: Outbox<Tables>;
}

/** Somebody else may add the same code between our look and our insert; then we look again. */
const ATTEMPTS_MAX = 5;

export const takeBatch = async (
  { db, outbox }: Deps,
  batch: ImportBatch,
): Promise<readonly string[] | undefined> => {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await db.transaction((tx) => takeInside(tx, outbox, batch));
    } catch (error) {
      if (!isDuplicateKey(error) || attempt >= ATTEMPTS_MAX) throw error;
    }
  }
};

const takeInside = async (
  tx: Transaction<Tables>,
  outbox: Outbox<Tables>,
  batch: ImportBatch,
): Promise<readonly string[] | undefined> => {
  if (!(await holdChunk(tx, batch))) return undefined;
  const outcome = batch.decide(await readKnown(tx, batch));
  const problems = [...batch.problems, ...outcome.problems];
  if (outcome.changes.length > 0) await saveGoods(tx, outbox, outcome.changes);
  await addProblems(tx, batch, problems);
  await moveOn(tx, batch, outcome, problems.length);
  return outcome.changes
    .filter(({ next }) => next.status === 'published')
    .map(({ next }) => next.id);
};

/** The lock of the chunk's row: of two who take the same batch the second finds it taken. */
const holdChunk = async (tx: Transaction<Tables>, batch: ImportBatch): Promise<boolean> => {
  const held = await tx
    .selectFrom('import_chunk')
    .select('rows_done')
    .where('import_id', '=', batch.importId)
    .where('number', '=', batch.number)
    .where('status', '=', 'waiting')
    .forUpdate()
    .executeTakeFirst();
  return held?.rows_done === batch.from;
};

const readKnown = async (
  tx: Transaction<Tables>,
  { spuCodes, skuCodes, categoryIds }: ImportBatch,
): Promise<KnownGoods> => {
  const rows = spuCodes.length === 0 ? [] : await lockSpusByCode(tx, spuCodes).execute();
  const goods = await completeGoods(tx, rows);
  const owners =
    skuCodes.length === 0
      ? []
      : await tx
          .selectFrom('sku')
          .select(['code', 'spu_id'])
          .where('code', 'in', skuCodes)
          .execute();
  const categories =
    categoryIds.length === 0
      ? []
      : await tx
          .selectFrom('category')
          .select(['id', 'parent_id', 'path', 'name', 'sort', 'version'])
          .where('id', 'in', categoryIds)
          .execute();
  return {
    bySpuCode: new Map(goods.map((one) => [one.code, one])),
    spuIdBySkuCode: new Map(owners.map(({ code, spu_id }) => [code, spu_id])),
    categories: new Map(
      categories.map(({ id, parent_id, path, ...rest }) => [
        id,
        { id, parentId: parent_id, path: path.split('/'), ...rest },
      ]),
    ),
  };
};

const addProblems = async (
  tx: Transaction<Tables>,
  { importId, number }: ImportBatch,
  problems: readonly RowProblem[],
): Promise<void> => {
  if (problems.length === 0) return;
  await tx
    .insertInto('import_problem')
    .values(problems.map((problem) => ({ import_id: importId, chunk: number, ...problem })))
    .execute();
};

const moveOn = async (
  tx: Transaction<Tables>,
  batch: ImportBatch,
  outcome: ImportOutcome,
  failed: number,
): Promise<void> => {
  await tx
    .updateTable('import_chunk')
    .set({
      rows_done: batch.to,
      rows_created: sql`rows_created + ${outcome.rowsCreated}`,
      rows_updated: sql`rows_updated + ${outcome.rowsUpdated}`,
      rows_failed: sql`rows_failed + ${failed}`,
      ...(batch.isLast ? { status: 'done', csv: null } : {}),
    })
    .where('import_id', '=', batch.importId)
    .where('number', '=', batch.number)
    .where('rows_done', '=', batch.from)
    .execute();
};
