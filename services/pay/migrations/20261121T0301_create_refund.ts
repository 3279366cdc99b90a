import { sql, type Kysely } from 'kysely';

export const up = async (db: Kysely<unknown>): Promise<void> => {
  await sql`
    create table refund (
      refund_no varchar(64) character set ascii collate ascii_bin not null primary key,
      order_no varchar(32) character set ascii collate ascii_bin not null,
      amount_fen bigint not null,
      total_fen bigint not null,
      reason varchar(80) not null,
      cause varchar(10) character set ascii collate ascii_bin not null,
      state varchar(10) character set ascii collate ascii_bin not null,
      refund_id varchar(32) character set ascii collate ascii_bin null,
      act_at datetime(3) null,
      send_at datetime(3) not null,
      attempts int not null default 0,
      created_at datetime(3) not null,
      updated_at datetime(3) not null,
      key ix_refund_order_no (order_no, send_at),
      key ix_refund_act_at (act_at),
      constraint ck_refund_amount check (amount_fen > 0 and amount_fen <= total_fen)
    ) engine = InnoDB default character set utf8mb4 collate utf8mb4_bin
  `.execute(db);
};

export const down = async (db: Kysely<unknown>): Promise<void> => {
  await sql`drop table refund`.execute(db);
};
