import { sql, type Kysely } from 'kysely';

// The index serves all three readers of the table: what is unpublished in order of id, how much of
// it there is, and what was published long ago.
export const up = async (db: Kysely<unknown>): Promise<void> => {
  await sql`
    create table outbox (
      id bigint unsigned not null auto_increment,
      event_id char(26) character set ascii collate ascii_bin not null,
      fact varchar(100) character set ascii collate ascii_bin not null,
      payload mediumtext character set utf8mb4 collate utf8mb4_bin not null,
      occurred_at datetime(3) not null,
      traceparent varchar(64) character set ascii collate ascii_bin null,
      request_id varchar(64) character set ascii collate ascii_bin null,
      published_at datetime(3) null,
      primary key (id),
      unique key uk_outbox_event_id (event_id),
      key ix_outbox_published_at_id (published_at, id)
    ) engine = InnoDB default character set utf8mb4 collate utf8mb4_bin
  `.execute(db);
};

export const down = async (db: Kysely<unknown>): Promise<void> => {
  await sql`drop table outbox`.execute(db);
};
