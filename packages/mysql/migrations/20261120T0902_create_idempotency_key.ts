import { sql, type Kysely } from 'kysely';

// Keys are compared byte for byte: two that differ in case are two intents.
export const up = async (db: Kysely<unknown>): Promise<void> => {
  await sql`
    create table idempotency_key (
      caller varchar(64) character set ascii collate ascii_bin not null,
      action varchar(100) character set ascii collate ascii_bin not null,
      idem_key varchar(64) character set ascii collate ascii_bin not null,
      request_hash char(64) character set ascii collate ascii_bin not null,
      operation_id char(26) character set ascii collate ascii_bin not null,
      state varchar(8) character set ascii collate ascii_bin not null,
      claim_id char(26) character set ascii collate ascii_bin not null,
      lease_until datetime(3) not null,
      result mediumtext character set utf8mb4 collate utf8mb4_bin null,
      created_at datetime(3) not null,
      primary key (caller, action, idem_key),
      key ix_idempotency_key_created_at (created_at)
    ) engine = InnoDB default character set utf8mb4 collate utf8mb4_bin
  `.execute(db);
};

export const down = async (db: Kysely<unknown>): Promise<void> => {
  await sql`drop table idempotency_key`.execute(db);
};
