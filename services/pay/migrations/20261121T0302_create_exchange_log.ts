import { sql, type Kysely } from 'kysely';

// Kept 180 days and then removed in batches by created_at.
export const up = async (db: Kysely<unknown>): Promise<void> => {
  await sql`
    create table exchange_log (
      id char(26) character set ascii collate ascii_bin not null primary key,
      direction varchar(8) character set ascii collate ascii_bin not null,
      operation varchar(32) character set ascii collate ascii_bin not null,
      reference varchar(64) character set ascii collate ascii_bin not null,
      status int null,
      verdict varchar(64) character set ascii collate ascii_bin not null,
      raw_sealed mediumtext character set ascii collate ascii_bin not null,
      created_at datetime(3) not null,
      key ix_exchange_log_reference (reference, created_at),
      key ix_exchange_log_created_at (created_at)
    ) engine = InnoDB default character set utf8mb4 collate utf8mb4_bin
  `.execute(db);
};

export const down = async (db: Kysely<unknown>): Promise<void> => {
  await sql`drop table exchange_log`.execute(db);
};
