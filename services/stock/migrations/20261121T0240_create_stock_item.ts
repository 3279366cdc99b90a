import { sql, type Kysely } from 'kysely';

// The checks are the last line of defence: code that lost its guard fails here instead of overselling.
export const up = async (db: Kysely<unknown>): Promise<void> => {
  await sql`
    create table stock_item (
      sku_id char(26) character set ascii collate ascii_bin not null,
      on_hand bigint not null,
      reserved bigint not null,
      created_at datetime(3) not null,
      updated_at datetime(3) not null,
      primary key (sku_id),
      constraint ck_stock_item_reserved check (reserved >= 0),
      constraint ck_stock_item_on_hand check (on_hand >= reserved)
    ) engine = InnoDB default character set utf8mb4 collate utf8mb4_bin
  `.execute(db);
};

export const down = async (db: Kysely<unknown>): Promise<void> => {
  await sql`drop table stock_item`.execute(db);
};
