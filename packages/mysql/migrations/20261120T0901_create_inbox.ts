import { sql, type Kysely } from 'kysely';

export const up = async (db: Kysely<unknown>): Promise<void> => {
  await sql`
    create table inbox (
      consumer varchar(100) character set ascii collate ascii_bin not null,
      event_id char(26) character set ascii collate ascii_bin not null,
      handled_at datetime(3) not null,
      primary key (consumer, event_id),
      key ix_inbox_handled_at (handled_at)
    ) engine = InnoDB default character set utf8mb4 collate utf8mb4_bin
  `.execute(db);
};

export const down = async (db: Kysely<unknown>): Promise<void> => {
  await sql`drop table inbox`.execute(db);
};
