import { sql, type Kysely } from 'kysely';

export const up = async (db: Kysely<unknown>): Promise<void> => {
  await sql`
    create table login_attempt (
      scope_key char(64) character set ascii collate ascii_bin not null,
      failures int unsigned not null,
      expires_at datetime(3) not null,
      primary key (scope_key),
      key ix_login_attempt_expires_at (expires_at)
    ) engine = InnoDB default character set utf8mb4 collate utf8mb4_bin
  `.execute(db);
};

export const down = async (db: Kysely<unknown>): Promise<void> => {
  await sql`drop table login_attempt`.execute(db);
};
