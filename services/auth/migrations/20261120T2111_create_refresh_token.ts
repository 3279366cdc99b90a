import { sql, type Kysely } from 'kysely';

// grace_until is null for all but the few tokens that were spent a moment ago, so its index is
// small and finds the successors that must be wiped.
export const up = async (db: Kysely<unknown>): Promise<void> => {
  await sql`
    create table refresh_token (
      id char(26) character set ascii collate ascii_bin not null,
      session_id char(26) character set ascii collate ascii_bin not null,
      token_hash char(64) character set ascii collate ascii_bin not null,
      status varchar(8) character set ascii collate ascii_bin not null,
      spent_at datetime(3) null,
      grace_until datetime(3) null,
      successor_sealed varchar(4096) character set ascii collate ascii_bin null,
      expires_at datetime(3) not null,
      primary key (id),
      unique key uk_refresh_token_token_hash (token_hash),
      key ix_refresh_token_session_id (session_id),
      key ix_refresh_token_grace_until (grace_until),
      key ix_refresh_token_expires_at (expires_at),
      constraint fk_refresh_token_session_id foreign key (session_id) references session (id)
        on delete cascade
    ) engine = InnoDB default character set utf8mb4 collate utf8mb4_bin
  `.execute(db);
};

export const down = async (db: Kysely<unknown>): Promise<void> => {
  await sql`drop table refresh_token`.execute(db);
};
