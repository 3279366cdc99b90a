import { sql, type Kysely } from 'kysely';

// The ledger: rows are only ever added. The unique key makes the same cause move a SKU once. The
// deltas stand in the second key so that the auditor sums a SKU without reading its rows.
export const up = async (db: Kysely<unknown>): Promise<void> => {
  await sql`
    create table stock_movement (
      id bigint unsigned not null auto_increment,
      sku_id char(26) character set ascii collate ascii_bin not null,
      kind varchar(16) character set ascii collate ascii_bin not null,
      ref varchar(64) character set ascii collate ascii_bin not null,
      order_no varchar(32) character set ascii collate ascii_bin,
      quantity bigint not null,
      on_hand_delta bigint not null,
      reserved_delta bigint not null,
      on_hand_after bigint not null,
      reserved_after bigint not null,
      note varchar(200) not null,
      created_at datetime(3) not null,
      primary key (id),
      unique key uk_stock_movement_ref_kind_sku_id (ref, kind, sku_id),
      key ix_stock_movement_sku_id_id (sku_id, id, on_hand_delta, reserved_delta),
      constraint ck_stock_movement_after check (reserved_after >= 0 and on_hand_after >= reserved_after)
    ) engine = InnoDB default character set utf8mb4 collate utf8mb4_bin
  `.execute(db);
};

export const down = async (db: Kysely<unknown>): Promise<void> => {
  await sql`drop table stock_movement`.execute(db);
};
