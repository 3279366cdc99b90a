import { toSqlTime, type Database } from '@app/mysql';
import type { Reservation } from '../../domain/stock.ts';
import type { ReservationReader } from '../../repository.ts';
import { createBatchLoader } from '../batch-loader.ts';
import { readReservations, selectDue } from './read-stock.ts';
import type { Tables } from './tables.ts';

const QUESTIONS_MAX = 256;

/** From the primary: what is read here decides. */
export const createMysqlReservationReader = (db: Database<Tables>): ReservationReader => ({
  find: createBatchLoader<Reservation>({
    batchMax: QUESTIONS_MAX,
    load: async (orderNos) => {
      const found = await readReservations(db.write, orderNos);
      return new Map(found.map((reservation) => [reservation.orderNo, reservation]));
    },
  }),
  findDue: async (nowMs, limit) => {
    const rows = await selectDue(db.write, toSqlTime(nowMs), limit).execute();
    return rows.map(({ order_no }) => order_no);
  },
});
