import { createUlids } from '@app/kernel';
import type { Database } from '@app/mysql';
import { sql, type Transaction } from 'kysely';
import type { Tables } from '../../services/stock/src/repository/repo/tables.ts';

/** One way to hold one piece of a SKU for a new order; rejects when there is none. */
export type Reserve = (skuId: string) => Promise<unknown>;

const ids = createUlids();
export const BUCKETS = 16;
const UNTIL = new Date(Date.now() + 3_600_000);

/** The rows that every design writes: reservation, line and movement. */
const writeRows = async (tx: Transaction<Tables>, skuId: string): Promise<void> => {
  const orderNo = `M${ids.next()}`;
  const now = new Date();
  await tx
    .insertInto('stock_reservation')
    .values({
      order_no: orderNo,
      id: ids.next(),
      state: 'held',
      expires_at: UNTIL,
      created_at: now,
      updated_at: now,
    })
    .execute();
  await tx
    .insertInto('stock_reservation_line')
    .values({ order_no: orderNo, sku_id: skuId, quantity: 1, returned: 0 })
    .execute();
  await tx
    .insertInto('stock_movement')
    .values({
      sku_id: skuId,
      kind: 'reserve',
      ref: orderNo,
      order_no: orderNo,
      quantity: 1,
      on_hand_delta: 0,
      reserved_delta: 1,
      on_hand_after: 1,
      reserved_after: 1,
      note: '',
      created_at: now,
    })
    .execute();
};

/** What most malls do: one transaction per reservation, with the hot row locked as late as it can be. */
export const createNaive =
  (db: Database<Tables>): Reserve =>
  (skuId) =>
    db.transaction(async (tx) => {
      await writeRows(tx, skuId);
      const { numUpdatedRows } = await tx
        .updateTable('stock_item')
        .set({ reserved: sql`reserved + 1` })
        .where('sku_id', '=', skuId)
        .where(sql<boolean>`on_hand - reserved >= 1`)
        .executeTakeFirst();
      if (numUpdatedRows !== 1n) throw new Error('sold out');
    });

/** The stock of a SKU in sixteen rows: one at random, then the others until one has a piece left. */
export const createBuckets = (db: Database<Tables>): Reserve => {
  const take = async (tx: Transaction<Tables>, skuId: string, bucket: number): Promise<boolean> => {
    const { numAffectedRows } = await sql`
      update bench_bucket set reserved = reserved + 1
      where sku_id = ${skuId} and bucket = ${bucket} and on_hand - reserved >= 1
    `.execute(tx);
    return numAffectedRows === 1n;
  };
  return (skuId) =>
    db.transaction(async (tx) => {
      await writeRows(tx, skuId);
      const first = Math.floor(Math.random() * BUCKETS);
      for (let step = 0; step < BUCKETS; step += 1) {
        if (await take(tx, skuId, (first + step) % BUCKETS)) return;
      }
      throw new Error('sold out');
    });
};

export const createBucketTable = `
  create table bench_bucket (
    sku_id char(26) character set ascii collate ascii_bin not null,
    bucket int not null,
    on_hand bigint not null,
    reserved bigint not null,
    primary key (sku_id, bucket)
  ) engine = InnoDB
`;
