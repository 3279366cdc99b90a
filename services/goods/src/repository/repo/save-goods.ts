import { assert } from '@app/kernel';
import type { Outbox } from '@app/mysql';
import type { Transaction } from 'kysely';
import type { GoodsToSave } from '../../domain/apply-import.ts';
import { sameSku, type Goods } from '../../domain/goods.ts';
import { termsOf } from '../../domain/search-terms.ts';
import { addFacts } from './add-facts.ts';
import { toSkuRow, toSkuUpdate, toSpuRow, toSpuUpdate } from './goods-rows.ts';
import type { Tables } from './tables.ts';

type Tx = Transaction<Tables>;

/**
 * Writes what differs, with the facts: new rows of all changes together, changed ones by
 * compare-and-set on their versions. Rows of `current` are locked by the caller.
 */
export const saveGoods = async (
  tx: Tx,
  outbox: Outbox<Tables>,
  changes: readonly GoodsToSave[],
): Promise<void> => {
  const fresh = changes.filter(({ current }) => current === undefined).map(({ next }) => next);
  if (fresh.length > 0) await tx.insertInto('spu').values(fresh.map(toSpuRow)).execute();
  for (const { current, next } of changes) {
    if (current !== undefined) await updateSpu(tx, current, next);
  }
  const newSkus = changes.flatMap(({ current, next }) =>
    next.skus
      .filter((sku) => !(current?.skus ?? []).some(({ id }) => id === sku.id))
      .map((sku) => toSkuRow(next, sku)),
  );
  if (newSkus.length > 0) await tx.insertInto('sku').values(newSkus).execute();
  for (const { current, next } of changes) {
    await updateSkus(tx, current, next);
    await updateTerms(tx, current, next);
  }
  await addFacts(
    outbox,
    tx,
    changes.flatMap(({ facts }) => facts),
  );
};

const updateSpu = async (tx: Tx, current: Goods, next: Goods): Promise<void> => {
  const { numUpdatedRows } = await tx
    .updateTable('spu')
    .set(toSpuUpdate(next))
    .where('id', '=', next.id)
    .where('version', '=', current.version)
    .executeTakeFirst();
  assert(numUpdatedRows === 1n, 'locked goods still have the version they were read in');
};

const updateSkus = async (tx: Tx, current: Goods | undefined, next: Goods): Promise<void> => {
  for (const sku of next.skus) {
    const before = current?.skus.find(({ id }) => id === sku.id);
    if (before === undefined || (before.version === sku.version && sameSku(before, sku))) continue;
    const { numUpdatedRows } = await tx
      .updateTable('sku')
      .set(toSkuUpdate(sku, next.updatedAtMs))
      .where('id', '=', sku.id)
      .where('version', '=', before.version)
      .executeTakeFirst();
    assert(numUpdatedRows === 1n, 'a SKU of locked goods still has the version it was read in');
  }
};

const noTerms: ReadonlyMap<string, number> = new Map();

const visibleTerms = (goods: Goods | undefined): ReadonlyMap<string, number> =>
  goods?.status === 'published' ? termsOf(goods) : noTerms;

/** Only what is on sale can be found; what stays the same is not touched. */
const updateTerms = async (tx: Tx, current: Goods | undefined, next: Goods): Promise<void> => {
  const before = visibleTerms(current);
  const after = visibleTerms(next);
  const gone = [...before.keys()].filter((term) => after.get(term) !== before.get(term));
  const come = [...after].filter(([term, weight]) => before.get(term) !== weight);
  if (gone.length > 0) {
    await tx
      .deleteFrom('spu_term')
      .where('spu_id', '=', next.id)
      .where('term', 'in', gone)
      .execute();
  }
  if (come.length > 0) {
    const rows = come.map(([term, weight]) => ({ term, spu_id: next.id, weight }));
    // Sorted: two transactions that add the same terms then meet in the same order.
    rows.sort((left, right) => (left.term < right.term ? -1 : 1));
    await tx.insertInto('spu_term').values(rows).execute();
  }
};
