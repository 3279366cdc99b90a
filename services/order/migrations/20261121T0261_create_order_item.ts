import { sql, type Kysely } from 'kysely';

// What was bought, as it was: titles and prices of goods change, these do not.
export const up = async (db: Kysely<unknown>): Promise<void> => {
  await sql`
    create table order_item (
      order_id char(26) character set ascii collate ascii_bin not null,
      line_no smallint unsigned not null,
      sku_id char(26) character set ascii collate ascii_bin not null,
      spu_id char(26) character set ascii collate ascii_bin not null,
      quantity int unsigned not null,
      title varchar(255) not null,
      sku_name varchar(255) not null,
      attributes text not null,
      image varchar(512) not null,
      price_fen bigint not null,
      amount_fen bigint not null,
      snapshot_hash char(64) character set ascii collate ascii_bin not null,
      primary key (order_id, line_no),
      constraint ck_order_item_fen check (price_fen >= 0 and amount_fen = price_fen * quantity)
    ) engine = InnoDB default character set utf8mb4 collate utf8mb4_bin
  `.execute(db);
};

export const down = async (db: Kysely<unknown>): Promise<void> => {
  await sql`drop table order_item`.execute(db);
};
