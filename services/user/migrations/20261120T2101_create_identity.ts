import { sql, type Kysely } from 'kysely';

// Ids of the providers are case-sensitive: bytewise collation, or two people become one.
export const up = async (db: Kysely<unknown>): Promise<void> => {
  await sql`
    create table identity (
      id char(26) character set ascii collate ascii_bin not null,
      user_id char(26) character set ascii collate ascii_bin not null,
      provider varchar(16) character set ascii collate ascii_bin not null,
      realm varchar(64) character set ascii collate ascii_bin not null,
      subject varchar(128) character set ascii collate ascii_bin not null,
      created_at datetime(3) not null,
      primary key (id),
      unique key uk_identity_provider_realm_subject (provider, realm, subject),
      key ix_identity_user_id (user_id),
      constraint fk_identity_user_id foreign key (user_id) references user (id)
    ) engine = InnoDB default character set utf8mb4 collate utf8mb4_bin
  `.execute(db);
};

export const down = async (db: Kysely<unknown>): Promise<void> => {
  await sql`drop table identity`.execute(db);
};
