import { sql, type Kysely } from 'kysely';

// What users have authorised and not used: one accepted popup is one message. No row: nothing known.
export const up = async (db: Kysely<unknown>): Promise<void> => {
  await sql`
    create table subscribe_grant (
      app_id varchar(64) character set ascii collate ascii_bin not null,
      openid varchar(64) character set ascii collate ascii_bin not null,
      template_id varchar(64) character set ascii collate ascii_bin not null,
      remaining int not null,
      last_event varchar(16) character set ascii collate ascii_bin not null,
      last_event_at datetime(3) not null,
      primary key (app_id, openid, template_id)
    ) engine = InnoDB default character set utf8mb4 collate utf8mb4_bin
  `.execute(db);
};

export const down = async (db: Kysely<unknown>): Promise<void> => {
  await sql`drop table subscribe_grant`.execute(db);
};
