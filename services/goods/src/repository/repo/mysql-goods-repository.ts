import type { Database, Outbox } from '@app/mysql';
import type { Kysely } from 'kysely';
import { goodsError } from '../../errors.ts';
import type { GoodsQuery, GoodsRepository } from '../../repository.ts';
import { spuColumns } from './goods-rows.ts';
import { refusalOf } from './key-refusals.ts';
import { completeGoods, lockSpu, selectSpu } from './load-goods.ts';
import { saveGoods } from './save-goods.ts';
import type { Tables } from './tables.ts';

interface Deps {
  readonly db: Database<Tables>;
  readonly outbox: Outbox<Tables>;
}

export const selectList = (
  db: Kysely<Tables>,
  { status, categoryId, beforeId, limit }: GoodsQuery,
) => {
  let query = db.selectFrom('spu').select(spuColumns).orderBy('id', 'desc').limit(limit);
  if (status !== undefined) query = query.where('status', '=', status);
  if (categoryId !== undefined) query = query.where('category_id', '=', categoryId);
  if (beforeId !== undefined) query = query.where('id', '<', beforeId);
  return query;
};

/** Runs a write; what a key refuses is told in the words of the contract. */
const refusing = async <R>(work: Promise<R>): Promise<R> => {
  try {
    return await work;
  } catch (error) {
    throw refusalOf(error);
  }
};

export const createMysqlGoodsRepository = ({ db, outbox }: Deps): GoodsRepository => ({
  find: async (id) => {
    const row = await selectSpu(db.write, id).executeTakeFirst();
    if (row === undefined) return undefined;
    const [goods] = await completeGoods(db.write, [row]);
    return goods;
  },

  // From the primary: operators look at what they have just changed.
  list: async (query) => completeGoods(db.write, await selectList(db.write, query).execute()),

  create: (change, result, operation) =>
    refusing(
      db.transaction(async (tx) => {
        await saveGoods(tx, outbox, [{ current: undefined, ...change }]);
        await operation?.complete(tx, result);
        return result;
      }),
    ),

  update: (id, change, toResult, operation) =>
    refusing(
      db.transaction(async (tx) => {
        const row = await lockSpu(tx, id).executeTakeFirst();
        const [current] = row === undefined ? [] : await completeGoods(tx, [row]);
        if (current === undefined) throw goodsError('GOODS_NOT_FOUND', { data: { id } });
        const { next, facts } = change(current);
        if (next !== current) await saveGoods(tx, outbox, [{ current, next, facts }]);
        const result = toResult(next);
        await operation?.complete(tx, result);
        return result;
      }),
    ),
});
