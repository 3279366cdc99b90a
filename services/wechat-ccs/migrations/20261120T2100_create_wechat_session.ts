import { sql, type Kysely } from 'kysely';

// One row per user and app: WeChat honours only the newest session_key. Ids are case-sensitive.
export const up = async (db: Kysely<unknown>): Promise<void> => {
  await sql`
    create table wechat_session (
      app_id varchar(64) character set ascii collate ascii_bin not null,
      openid varchar(64) character set ascii collate ascii_bin not null,
      session_key_sealed varchar(255) character set ascii collate ascii_bin not null,
      obtained_at datetime(3) not null,
      primary key (app_id, openid)
    ) engine = InnoDB default character set utf8mb4 collate utf8mb4_bin
  `.execute(db);
};

export const down = async (db: Kysely<unknown>): Promise<void> => {
  await sql`drop table wechat_session`.execute(db);
};
