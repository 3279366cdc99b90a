import { sql, type Kysely } from 'kysely';

// rows_done moves in the transaction that takes the rows. csv is dropped once all of them are taken.
export const up = async (db: Kysely<unknown>): Promise<void> => {
  await sql`
    create table import_chunk (
      import_id char(26) character set ascii collate ascii_bin not null,
      number int unsigned not null,
      content_hash char(64) character set ascii collate ascii_bin not null,
      csv mediumtext null,
      status varchar(8) character set ascii collate ascii_bin not null,
      rows_done int unsigned not null,
      rows_created int unsigned not null,
      rows_updated int unsigned not null,
      rows_failed int unsigned not null,
      received_at datetime(3) not null,
      primary key (import_id, number),
      key ix_import_chunk_status_received_at (status, received_at),
      constraint fk_import_chunk_import_id foreign key (import_id) references goods_import (id)
    ) engine = InnoDB default character set utf8mb4 collate utf8mb4_bin
  `.execute(db);
};

export const down = async (db: Kysely<unknown>): Promise<void> => {
  await sql`drop table import_chunk`.execute(db);
};
