import { sql, type Kysely } from 'kysely';

// One row per message that somebody had sent, from before the call; the second key is for what
// WeChat tells of a delivery, the third for forgetting.
export const up = async (db: Kysely<unknown>): Promise<void> => {
  await sql`
    create table subscribe_message (
      app_id varchar(64) character set ascii collate ascii_bin not null,
      message_key varchar(128) character set ascii collate ascii_bin not null,
      attempt_id char(26) character set ascii collate ascii_bin not null,
      openid varchar(64) character set ascii collate ascii_bin not null,
      template_id varchar(64) character set ascii collate ascii_bin not null,
      content_hash char(64) character set ascii collate ascii_bin not null,
      status varchar(8) character set ascii collate ascii_bin not null,
      errcode int null,
      field varchar(32) character set ascii collate ascii_bin null,
      msg_id varchar(32) character set ascii collate ascii_bin null,
      has_grant tinyint not null,
      started_at datetime(3) not null,
      settled_at datetime(3) null,
      primary key (app_id, message_key),
      key ix_subscribe_message_user (app_id, openid, template_id, started_at),
      key ix_subscribe_message_started_at (started_at)
    ) engine = InnoDB default character set utf8mb4 collate utf8mb4_bin
  `.execute(db);
};

export const down = async (db: Kysely<unknown>): Promise<void> => {
  await sql`drop table subscribe_message`.execute(db);
};
