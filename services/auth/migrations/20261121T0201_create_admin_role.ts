import { sql, type Kysely } from 'kysely';

export const up = async (db: Kysely<unknown>): Promise<void> => {
  await sql`
    create table admin_role (
      id char(26) character set ascii collate ascii_bin not null,
      name varchar(64) not null,
      description varchar(200) not null,
      actions mediumtext character set ascii collate ascii_bin not null,
      version int unsigned not null,
      created_at datetime(3) not null,
      updated_at datetime(3) not null,
      primary key (id),
      unique key uk_admin_role_name (name)
    ) engine = InnoDB default character set utf8mb4 collate utf8mb4_bin
  `.execute(db);
};

export const down = async (db: Kysely<unknown>): Promise<void> => {
  await sql`drop table admin_role`.execute(db);
};
