import { toSqlTime } from '@app/mysql';
import type { Kysely } from 'kysely';
import type { ListRequest } from '../../repository.ts';
import type { Tables } from './tables.ts';

export const selectOrder = (db: Kysely<Tables>, orderNo: string) =>
  db.selectFrom('order').selectAll().where('order_no', '=', orderNo);

export const lockOrder = (db: Kysely<Tables>, orderNo: string) =>
  selectOrder(db, orderNo).forUpdate();

export const selectItems = (db: Kysely<Tables>, orderIds: readonly string[]) =>
  db
    .selectFrom('order_item')
    .selectAll()
    .where('order_id', 'in', orderIds)
    .orderBy('order_id')
    .orderBy('line_no');

export const selectRefunds = (db: Kysely<Tables>, orderIds: readonly string[]) =>
  db
    .selectFrom('order_refund')
    .selectAll()
    .where('order_id', 'in', orderIds)
    .orderBy('created_at')
    .orderBy('refund_no');

export const selectDue = (db: Kysely<Tables>, untilMs: number, limit: number) =>
  db
    .selectFrom('order')
    .select('order_no')
    .where('act_at', '<=', toSqlTime(untilMs))
    .orderBy('act_at')
    .limit(limit);

export const selectPage = (db: Kysely<Tables>, request: ListRequest) => {
  const { limit, beforeId, userId, status, createdFromMs, createdBeforeMs } = request;
  return db
    .selectFrom('order')
    .selectAll()
    .$if(beforeId !== undefined, (query) => query.where('id', '<', beforeId ?? ''))
    .$if(userId !== undefined, (query) => query.where('user_id', '=', userId ?? ''))
    .$if(status !== undefined, (query) => query.where('status', '=', status ?? 'paid'))
    .$if(createdFromMs !== undefined, (query) =>
      query.where('created_at', '>=', toSqlTime(createdFromMs ?? 0)),
    )
    .$if(createdBeforeMs !== undefined, (query) =>
      query.where('created_at', '<', toSqlTime(createdBeforeMs ?? 0)),
    )
    .orderBy('id', 'desc')
    .limit(limit);
};
