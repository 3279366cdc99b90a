import type { Clock } from '@app/kernel';
import { isDuplicateKey, toSqlTime, type Database } from '@app/mysql';
import type { Kysely, Transaction } from 'kysely';
import type { Order, OrderChange } from '../../domain/order.ts';
import { orderError } from '../../errors.ts';
import type { OrderRepository, UpdateOptions } from '../../repository.ts';
import {
  lockOrder,
  selectDue,
  selectItems,
  selectOrder,
  selectPage,
  selectRefunds,
} from './order-queries.ts';
import { toOrder } from './order-rows.ts';
import type { OrderTable, Tables } from './tables.ts';
import { insertOrder, updateOrder, type WriteDeps } from './write-change.ts';

interface Deps extends WriteDeps {
  readonly db: Database<Tables>;
  readonly clock: Clock;
}

/** An unpaid order has no refunds: one read less where most of the traffic is. */
const mayHaveRefunds = ({ status }: OrderTable): boolean => status !== 'pending_payment';

export const createMysqlOrderRepository = (deps: Deps): OrderRepository => {
  const { db, clock, sealer } = deps;

  const load = async (from: Kysely<Tables>, rows: readonly OrderTable[]): Promise<Order[]> => {
    if (rows.length === 0) return [];
    const refundable = rows.filter(mayHaveRefunds).map(({ id }) => id);
    const ids = rows.map(({ id }) => id);
    const items = await selectItems(from, ids).execute();
    const refunds = refundable.length === 0 ? [] : await selectRefunds(from, refundable).execute();
    return rows.map((row) =>
      toOrder(
        {
          row,
          items: items.filter(({ order_id }) => order_id === row.id),
          refunds: refunds.filter(({ order_id }) => order_id === row.id),
        },
        sealer,
      ),
    );
  };

  const updateIn = async <R>(
    tx: Transaction<Tables>,
    orderNo: string,
    change: (order: Order) => OrderChange,
    { operation, toResult }: UpdateOptions<R>,
  ): Promise<Order> => {
    const row = await lockOrder(tx, orderNo).executeTakeFirst();
    const [current] = await load(tx, row === undefined ? [] : [row]);
    if (current === undefined) throw orderError('ORDER_NOT_FOUND', { data: { orderNo } });
    const changed = change(current);
    if (changed.next !== current)
      await updateOrder(deps, tx, current, { change: changed, nowMs: clock.nowMs() });
    if (operation !== undefined && toResult !== undefined)
      await operation.complete(tx, toResult(changed.next));
    return changed.next;
  };

  const findOne = async (row: OrderTable | undefined): Promise<Order | undefined> =>
    row === undefined ? undefined : (await load(db.write, [row]))[0];

  return {
    async insert(change, { operation, toResult } = {}) {
      try {
        await db.transaction(async (tx) => {
          await insertOrder(deps, tx, change);
          if (operation !== undefined && toResult !== undefined)
            await operation.complete(tx, toResult(change.next));
        });
        return true;
      } catch (error) {
        if (isDuplicateKey(error, 'uk_order_order_no')) return false;
        throw error;
      }
    },

    // From the primary: a buyer looks at an order right after it changed.
    find: async (orderNo) => findOne(await selectOrder(db.write, orderNo).executeTakeFirst()),

    update: (orderNo, change, options = {}) =>
      options.scope === undefined
        ? db.transaction((tx) => updateIn(tx, orderNo, change, options))
        : updateIn(options.scope as Transaction<Tables>, orderNo, change, options),

    list: async (request) => load(db.read, await selectPage(db.read, request).execute()),

    async listDue(untilMs, limit) {
      const rows = await selectDue(db.write, untilMs, limit).execute();
      return rows.map(({ order_no }) => order_no);
    },

    async postpone(orderNo, untilMs) {
      await db.write
        .updateTable('order')
        .set({ act_at: toSqlTime(untilMs) })
        .where('order_no', '=', orderNo)
        .where('act_at', 'is not', null)
        .execute();
    },
  };
};
