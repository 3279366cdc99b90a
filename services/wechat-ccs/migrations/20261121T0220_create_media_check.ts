import { sql, type Kysely } from 'kysely';

// What WeChat was asked to look at; the verdict arrives by message push and is told once per trace id.
export const up = async (db: Kysely<unknown>): Promise<void> => {
  await sql`
    create table media_check (
      app_id varchar(64) character set ascii collate ascii_bin not null,
      trace_id varchar(128) character set ascii collate ascii_bin not null,
      reference varchar(128) character set ascii collate ascii_bin null,
      asked_at datetime(3) not null,
      decided_at datetime(3) null,
      primary key (app_id, trace_id),
      key ix_media_check_asked_at (asked_at)
    ) engine = InnoDB default character set utf8mb4 collate utf8mb4_bin
  `.execute(db);
};

export const down = async (db: Kysely<unknown>): Promise<void> => {
  await sql`drop table media_check`.execute(db);
};
