import { sql, type Kysely } from 'kysely';

// attributes is canonical JSON and attributes_hash its SHA-256: the unique key over the hash allows one
// SKU per combination, however the attributes were ordered.
export const up = async (db: Kysely<unknown>): Promise<void> => {
  await sql`
    create table sku (
      id char(26) character set ascii collate ascii_bin not null,
      spu_id char(26) character set ascii collate ascii_bin not null,
      code varchar(64) character set ascii collate ascii_bin not null,
      name varchar(120) not null,
      attributes text not null,
      attributes_hash char(64) character set ascii collate ascii_bin not null,
      price_fen bigint not null,
      is_on_sale tinyint(1) not null,
      version int unsigned not null,
      created_at datetime(3) not null,
      updated_at datetime(3) not null,
      primary key (id),
      unique key uk_sku_code (code),
      unique key uk_sku_spu_id_attributes_hash (spu_id, attributes_hash),
      constraint fk_sku_spu_id foreign key (spu_id) references spu (id)
    ) engine = InnoDB default character set utf8mb4 collate utf8mb4_bin
  `.execute(db);
};

export const down = async (db: Kysely<unknown>): Promise<void> => {
  await sql`drop table sku`.execute(db);
};
