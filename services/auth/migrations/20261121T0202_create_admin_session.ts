import { sql, type Kysely } from 'kysely';

// The admin is the key: a second live session has no place to be.
export const up = async (db: Kysely<unknown>): Promise<void> => {
  await sql`
    create table admin_session (
      account_id char(26) character set ascii collate ascii_bin not null,
      session_id char(26) character set ascii collate ascii_bin not null,
      token_hash char(64) character set ascii collate ascii_bin not null,
      started_at datetime(3) not null,
      expires_at datetime(3) not null,
      primary key (account_id),
      key ix_admin_session_expires_at (expires_at)
    ) engine = InnoDB default character set utf8mb4 collate utf8mb4_bin
  `.execute(db);
};

export const down = async (db: Kysely<unknown>): Promise<void> => {
  await sql`drop table admin_session`.execute(db);
};
