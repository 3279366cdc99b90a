import { sql, type Kysely } from 'kysely';

// No foreign key to the reservation: both are written by one statement each in one transaction, and
// the check would lock the parent row once more for every line.
export const up = async (db: Kysely<unknown>): Promise<void> => {
  await sql`
    create table stock_reservation_line (
      order_no varchar(32) character set ascii collate ascii_bin not null,
      sku_id char(26) character set ascii collate ascii_bin not null,
      quantity int not null,
      returned int not null,
      primary key (order_no, sku_id),
      constraint ck_stock_reservation_line_quantity check (quantity > 0),
      constraint ck_stock_reservation_line_returned check (returned >= 0 and returned <= quantity)
    ) engine = InnoDB default character set utf8mb4 collate utf8mb4_bin
  `.execute(db);
};

export const down = async (db: Kysely<unknown>): Promise<void> => {
  await sql`drop table stock_reservation_line`.execute(db);
};
