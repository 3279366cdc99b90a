import { sql, type Kysely } from 'kysely';

// How far an import is follows from its chunks.
export const up = async (db: Kysely<unknown>): Promise<void> => {
  await sql`
    create table goods_import (
      id char(26) character set ascii collate ascii_bin not null,
      name varchar(120) not null,
      chunk_count int unsigned not null,
      admin_id varchar(32) character set ascii collate ascii_bin not null,
      created_at datetime(3) not null,
      primary key (id)
    ) engine = InnoDB default character set utf8mb4 collate utf8mb4_bin
  `.execute(db);
};

export const down = async (db: Kysely<unknown>): Promise<void> => {
  await sql`drop table goods_import`.execute(db);
};
