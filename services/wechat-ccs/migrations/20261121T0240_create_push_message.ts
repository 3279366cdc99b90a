import { sql, type Kysely } from 'kysely';

// One row per push that took effect; the key is a digest, so no openid stands here.
export const up = async (db: Kysely<unknown>): Promise<void> => {
  await sql`
    create table push_message (
      app_id varchar(64) character set ascii collate ascii_bin not null,
      dedupe_key char(64) character set ascii collate ascii_bin not null,
      msg_type varchar(64) not null,
      event varchar(128) null,
      received_at datetime(3) not null,
      primary key (app_id, dedupe_key),
      key ix_push_message_received_at (received_at)
    ) engine = InnoDB default character set utf8mb4 collate utf8mb4_bin
  `.execute(db);
};

export const down = async (db: Kysely<unknown>): Promise<void> => {
  await sql`drop table push_message`.execute(db);
};
