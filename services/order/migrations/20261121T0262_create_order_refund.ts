import { sql, type Kysely } from 'kysely';

// One row per refund number; its state moves by compare-and-set under the lock of the order.
export const up = async (db: Kysely<unknown>): Promise<void> => {
  await sql`
    create table order_refund (
      refund_no varchar(64) character set ascii collate ascii_bin not null,
      order_id char(26) character set ascii collate ascii_bin not null,
      amount_fen bigint not null,
      reason varchar(80) not null,
      cause varchar(8) character set ascii collate ascii_bin not null,
      status varchar(16) character set ascii collate ascii_bin not null,
      created_at datetime(3) not null,
      updated_at datetime(3) not null,
      primary key (refund_no),
      key ix_order_refund_order_id (order_id),
      constraint ck_order_refund_fen check (amount_fen >= 0)
    ) engine = InnoDB default character set utf8mb4 collate utf8mb4_bin
  `.execute(db);
};

export const down = async (db: Kysely<unknown>): Promise<void> => {
  await sql`drop table order_refund`.execute(db);
};
