import { sql, type Kysely } from 'kysely';

// public_view is what shoppers see, as JSON text, written with every change and null unless the goods
// are published: a page is one statement. InnoDB adds the id to ix_spu_status, which orders the list.
export const up = async (db: Kysely<unknown>): Promise<void> => {
  await sql`
    create table spu (
      id char(26) character set ascii collate ascii_bin not null,
      code varchar(64) character set ascii collate ascii_bin not null,
      title varchar(120) not null,
      description text not null,
      images text not null,
      category_id char(26) character set ascii collate ascii_bin not null,
      status varchar(16) character set ascii collate ascii_bin not null,
      version int unsigned not null,
      public_view mediumtext null,
      published_at datetime(3) null,
      created_at datetime(3) not null,
      updated_at datetime(3) not null,
      primary key (id),
      unique key uk_spu_code (code),
      key ix_spu_status (status),
      key ix_spu_category_id (category_id),
      constraint fk_spu_category_id foreign key (category_id) references category (id)
    ) engine = InnoDB default character set utf8mb4 collate utf8mb4_bin
  `.execute(db);
};

export const down = async (db: Kysely<unknown>): Promise<void> => {
  await sql`drop table spu`.execute(db);
};
