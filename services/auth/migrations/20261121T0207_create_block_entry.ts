import { sql, type Kysely } from 'kysely';

// A lifted block stays for a while, so that gateways learn that it was lifted.
export const up = async (db: Kysely<unknown>): Promise<void> => {
  await sql`
    create table block_entry (
      id char(26) character set ascii collate ascii_bin not null,
      kind varchar(8) character set ascii collate ascii_bin not null,
      subject varchar(64) character set ascii collate ascii_bin not null,
      reason varchar(200) not null,
      created_by varchar(26) character set ascii collate ascii_bin not null,
      created_at datetime(3) not null,
      expires_at datetime(3) null,
      is_active tinyint not null,
      version int unsigned not null,
      changed_at datetime(3) not null,
      primary key (id),
      unique key uk_block_entry_kind_subject (kind, subject),
      key ix_block_entry_changed_at (changed_at, id)
    ) engine = InnoDB default character set utf8mb4 collate utf8mb4_bin
  `.execute(db);
};

export const down = async (db: Kysely<unknown>): Promise<void> => {
  await sql`drop table block_entry`.execute(db);
};
