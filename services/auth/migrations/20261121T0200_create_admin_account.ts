import { sql, type Kysely } from 'kysely';

export const up = async (db: Kysely<unknown>): Promise<void> => {
  await sql`
    create table admin_account (
      id char(26) character set ascii collate ascii_bin not null,
      username varchar(32) character set ascii collate ascii_bin not null,
      password_hash varchar(255) character set ascii collate ascii_bin not null,
      status varchar(8) character set ascii collate ascii_bin not null,
      role_ids varchar(1024) character set ascii collate ascii_bin not null,
      version int unsigned not null,
      created_at datetime(3) not null,
      updated_at datetime(3) not null,
      primary key (id),
      unique key uk_admin_account_username (username)
    ) engine = InnoDB default character set utf8mb4 collate utf8mb4_bin
  `.execute(db);
};

export const down = async (db: Kysely<unknown>): Promise<void> => {
  await sql`drop table admin_account`.execute(db);
};
