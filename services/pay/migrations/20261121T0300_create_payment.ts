import { sql, type Kysely } from 'kysely';

// The checks are the last guard of the money: no code path may give back more than came in.
export const up = async (db: Kysely<unknown>): Promise<void> => {
  await sql`
    create table payment (
      order_no varchar(32) character set ascii collate ascii_bin not null primary key,
      mchid varchar(32) character set ascii collate ascii_bin not null,
      app_id varchar(32) character set ascii collate ascii_bin not null,
      openid varchar(128) character set ascii collate ascii_bin not null,
      description varchar(127) not null,
      total_fen bigint not null,
      refunded_fen bigint not null default 0,
      state varchar(10) character set ascii collate ascii_bin not null,
      transaction_id varchar(32) character set ascii collate ascii_bin null,
      paid_at datetime(3) null,
      prepay_id varchar(64) character set ascii collate ascii_bin null,
      prepay_expires_at datetime(3) null,
      expires_at datetime(3) not null,
      query_at datetime(3) null,
      queries int not null default 0,
      created_at datetime(3) not null,
      updated_at datetime(3) not null,
      unique key uk_payment_transaction_id (transaction_id),
      key ix_payment_query_at (query_at),
      constraint ck_payment_total check (total_fen > 0),
      constraint ck_payment_refunded check (refunded_fen >= 0 and refunded_fen <= total_fen)
    ) engine = InnoDB default character set utf8mb4 collate utf8mb4_bin
  `.execute(db);
};

export const down = async (db: Kysely<unknown>): Promise<void> => {
  await sql`drop table payment`.execute(db);
};
