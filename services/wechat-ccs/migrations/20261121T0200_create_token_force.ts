import { sql, type Kysely } from 'kysely';

// When WeChat was last asked to force a new token: kept apart from the count, which ends with its day.
export const up = async (db: Kysely<unknown>): Promise<void> => {
  await sql`
    create table token_force (
      app_id varchar(64) character set ascii collate ascii_bin not null,
      forced_at datetime(3) not null,
      primary key (app_id)
    ) engine = InnoDB default character set utf8mb4 collate utf8mb4_bin
  `.execute(db);
};

export const down = async (db: Kysely<unknown>): Promise<void> => {
  await sql`drop table token_force`.execute(db);
};
