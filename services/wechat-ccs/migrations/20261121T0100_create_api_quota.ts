import { sql, type Kysely } from 'kysely';

// One row per app, allowance and window (the Beijing day from the epoch; 0: for ever).
export const up = async (db: Kysely<unknown>): Promise<void> => {
  await sql`
    create table api_quota (
      app_id varchar(64) character set ascii collate ascii_bin not null,
      quota varchar(32) character set ascii collate ascii_bin not null,
      quota_window int not null,
      used int not null,
      primary key (app_id, quota, quota_window)
    ) engine = InnoDB default character set utf8mb4 collate utf8mb4_bin
  `.execute(db);
};

export const down = async (db: Kysely<unknown>): Promise<void> => {
  await sql`drop table api_quota`.execute(db);
};
