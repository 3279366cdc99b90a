import { sql, type Kysely } from 'kysely';

// The order number is the key: one reservation per order, and no second index to keep.
export const up = async (db: Kysely<unknown>): Promise<void> => {
  await sql`
    create table stock_reservation (
      order_no varchar(32) character set ascii collate ascii_bin not null,
      id char(26) character set ascii collate ascii_bin not null,
      state varchar(16) character set ascii collate ascii_bin not null,
      expires_at datetime(3) not null,
      created_at datetime(3) not null,
      updated_at datetime(3) not null,
      primary key (order_no),
      key ix_stock_reservation_state_expires_at (state, expires_at),
      constraint ck_stock_reservation_state
        check (state in ('held', 'committed', 'released', 'expired', 'forfeited'))
    ) engine = InnoDB default character set utf8mb4 collate utf8mb4_bin
  `.execute(db);
};

export const down = async (db: Kysely<unknown>): Promise<void> => {
  await sql`drop table stock_reservation`.execute(db);
};
