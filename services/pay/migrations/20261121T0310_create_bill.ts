import { sql, type Kysely } from 'kysely';

// The row is the truth about a file: which one is wanted, when it is tried next, and what it said.
export const up = async (db: Kysely<unknown>): Promise<void> => {
  await sql`
    create table bill (
      day char(10) character set ascii collate ascii_bin not null,
      kind varchar(8) character set ascii collate ascii_bin not null,
      state varchar(10) character set ascii collate ascii_bin not null,
      try_at datetime(3) null,
      attempts int not null default 0,
      sha1 char(40) character set ascii collate ascii_bin null,
      content_sealed longtext character set ascii collate ascii_bin null,
      created_at datetime(3) not null,
      updated_at datetime(3) not null,
      primary key (day, kind),
      key ix_bill_try_at (try_at)
    ) engine = InnoDB default character set utf8mb4 collate utf8mb4_bin
  `.execute(db);
};

export const down = async (db: Kysely<unknown>): Promise<void> => {
  await sql`drop table bill`.execute(db);
};
