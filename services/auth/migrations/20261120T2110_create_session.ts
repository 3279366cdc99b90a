import { sql, type Kysely } from 'kysely';

export const up = async (db: Kysely<unknown>): Promise<void> => {
  await sql`
    create table session (
      id char(26) character set ascii collate ascii_bin not null,
      user_id char(26) character set ascii collate ascii_bin not null,
      provider varchar(16) character set ascii collate ascii_bin not null,
      device varchar(200) not null,
      created_at datetime(3) not null,
      last_used_at datetime(3) not null,
      revoked_at datetime(3) null,
      expires_at datetime(3) not null,
      primary key (id),
      key ix_session_user_id (user_id, revoked_at),
      key ix_session_expires_at (expires_at)
    ) engine = InnoDB default character set utf8mb4 collate utf8mb4_bin
  `.execute(db);
};

export const down = async (db: Kysely<unknown>): Promise<void> => {
  await sql`drop table session`.execute(db);
};
