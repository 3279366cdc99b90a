import { sql, type Kysely } from 'kysely';

// One result per day; a day that is reconciled again replaces it.
export const up = async (db: Kysely<unknown>): Promise<void> => {
  await sql`
    create table reconciliation (
      day char(10) character set ascii collate ascii_bin not null primary key,
      payment_lines int not null,
      their_paid_fen bigint not null,
      our_paid_fen bigint not null,
      refund_lines int not null,
      their_refunded_fen bigint not null,
      our_refunded_fen bigint not null,
      fee_fen bigint not null,
      unexplained_fen bigint not null,
      reconciled_at datetime(3) not null
    ) engine = InnoDB default character set utf8mb4 collate utf8mb4_bin
  `.execute(db);
};

export const down = async (db: Kysely<unknown>): Promise<void> => {
  await sql`drop table reconciliation`.execute(db);
};
