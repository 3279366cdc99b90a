import { sql, type Kysely } from 'kysely';

// The time of the last upload per payment: WeChat ignores one that is not later than it.
export const up = async (db: Kysely<unknown>): Promise<void> => {
  await sql`
    create table shipping_upload (
      app_id varchar(64) character set ascii collate ascii_bin not null,
      payment varchar(140) character set ascii collate ascii_bin not null,
      uploaded_at datetime(3) not null,
      primary key (app_id, payment),
      key ix_shipping_upload_uploaded_at (uploaded_at)
    ) engine = InnoDB default character set utf8mb4 collate utf8mb4_bin
  `.execute(db);
};

export const down = async (db: Kysely<unknown>): Promise<void> => {
  await sql`drop table shipping_upload`.execute(db);
};
