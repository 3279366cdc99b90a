import { sql, type Kysely } from 'kysely';

// phone_key_id is computed from the sealed value, so the re-encrypt job's index can never lie.
export const up = async (db: Kysely<unknown>): Promise<void> => {
  await sql`
    create table user (
      id char(26) character set ascii collate ascii_bin not null,
      nickname varchar(64) not null,
      avatar_url varchar(512) not null,
      bio varchar(200) not null,
      status varchar(16) character set ascii collate ascii_bin not null,
      frozen_reason varchar(200) null,
      frozen_at datetime(3) null,
      phone_sealed varchar(255) character set ascii collate ascii_bin null,
      phone_index char(64) character set ascii collate ascii_bin null,
      phone_key_id varchar(16) character set ascii collate ascii_bin
        generated always as (substring_index(substring_index(phone_sealed, '.', 2), '.', -1)) stored,
      created_at datetime(3) not null,
      updated_at datetime(3) not null,
      primary key (id),
      unique key uk_user_phone_index (phone_index),
      key ix_user_phone_key_id (phone_key_id)
    ) engine = InnoDB default character set utf8mb4 collate utf8mb4_bin
  `.execute(db);
};

export const down = async (db: Kysely<unknown>): Promise<void> => {
  await sql`drop table user`.execute(db);
};
