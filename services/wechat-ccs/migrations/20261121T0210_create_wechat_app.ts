import { sql, type Kysely } from 'kysely';

// An account at WeChat; overrides what the environment says about the same app. A missing secret
// means the environment's. row_version is what a change must name.
export const up = async (db: Kysely<unknown>): Promise<void> => {
  await sql`
    create table wechat_app (
      app_id varchar(64) character set ascii collate ascii_bin not null,
      kind varchar(16) character set ascii collate ascii_bin not null,
      display_name varchar(64) not null,
      secret_sealed varchar(512) character set ascii collate ascii_bin null,
      token_kind varchar(8) character set ascii collate ascii_bin not null,
      is_enabled tinyint(1) not null,
      push_token_sealed varchar(255) character set ascii collate ascii_bin null,
      push_aes_key_sealed varchar(255) character set ascii collate ascii_bin null,
      row_version int not null,
      created_at datetime(3) not null,
      updated_at datetime(3) not null,
      primary key (app_id)
    ) engine = InnoDB default character set utf8mb4 collate utf8mb4_bin
  `.execute(db);
};

export const down = async (db: Kysely<unknown>): Promise<void> => {
  await sql`drop table wechat_app`.execute(db);
};
