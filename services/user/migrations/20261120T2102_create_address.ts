import { sql, type Kysely } from 'kysely';

// A unique key ignores nulls: default_user_id is the owner for the default address and null for
// all others, so the database itself allows one default address per person. rtrim, because the
// value of a char column depends on sql_mode and MariaDB computes no stored column from that.
export const up = async (db: Kysely<unknown>): Promise<void> => {
  await sql`
    create table address (
      id char(26) character set ascii collate ascii_bin not null,
      user_id char(26) character set ascii collate ascii_bin not null,
      province varchar(50) not null,
      city varchar(50) not null,
      district varchar(50) not null,
      contact_sealed varchar(4096) character set ascii collate ascii_bin not null,
      contact_key_id varchar(16) character set ascii collate ascii_bin
        generated always as (substring_index(substring_index(contact_sealed, '.', 2), '.', -1)) stored,
      is_default tinyint(1) not null,
      default_user_id varchar(26) character set ascii collate ascii_bin
        generated always as (if(is_default = 1, rtrim(user_id), null)) stored,
      created_at datetime(3) not null,
      updated_at datetime(3) not null,
      primary key (id),
      unique key uk_address_default_user_id (default_user_id),
      key ix_address_user_id (user_id),
      key ix_address_contact_key_id (contact_key_id),
      constraint fk_address_user_id foreign key (user_id) references user (id)
    ) engine = InnoDB default character set utf8mb4 collate utf8mb4_bin
  `.execute(db);
};

export const down = async (db: Kysely<unknown>): Promise<void> => {
  await sql`drop table address`.execute(db);
};
