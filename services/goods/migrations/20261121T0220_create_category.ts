import { sql, type Kysely } from 'kysely';

// path is the ids from the root down to the category itself, joined by slashes; it never changes.
export const up = async (db: Kysely<unknown>): Promise<void> => {
  await sql`
    create table category (
      id char(26) character set ascii collate ascii_bin not null,
      parent_id char(26) character set ascii collate ascii_bin null,
      path varchar(80) character set ascii collate ascii_bin not null,
      name varchar(40) not null,
      sort int unsigned not null,
      version int unsigned not null,
      created_at datetime(3) not null,
      updated_at datetime(3) not null,
      primary key (id),
      key ix_category_parent_id (parent_id),
      constraint fk_category_parent_id foreign key (parent_id) references category (id)
    ) engine = InnoDB default character set utf8mb4 collate utf8mb4_bin
  `.execute(db);
};

export const down = async (db: Kysely<unknown>): Promise<void> => {
  await sql`drop table category`.execute(db);
};
