import { sql, type Kysely } from 'kysely';

// What neighbours must be told; a row goes when they were. Numbered by the database: clocks differ.
export const up = async (db: Kysely<unknown>): Promise<void> => {
  await sql`
    create table follow_up (
      id bigint unsigned not null auto_increment,
      order_id char(26) character set ascii collate ascii_bin not null,
      order_no varchar(32) character set ascii collate ascii_bin not null,
      lane varchar(8) character set ascii collate ascii_bin not null,
      payload text not null,
      attempts int unsigned not null,
      due_at datetime(3) not null,
      created_at datetime(3) not null,
      primary key (id),
      key ix_follow_up_order_id_lane_id (order_id, lane, id),
      key ix_follow_up_due_at (due_at)
    ) engine = InnoDB default character set utf8mb4 collate utf8mb4_bin
  `.execute(db);
};

export const down = async (db: Kysely<unknown>): Promise<void> => {
  await sql`drop table follow_up`.execute(db);
};
