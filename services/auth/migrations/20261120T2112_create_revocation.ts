import { sql, type Kysely } from 'kysely';

export const up = async (db: Kysely<unknown>): Promise<void> => {
  await sql`
    create table revocation (
      kind varchar(8) character set ascii collate ascii_bin not null,
      subject char(26) character set ascii collate ascii_bin not null,
      revoked_at datetime(3) not null,
      expires_at datetime(3) not null,
      primary key (kind, subject),
      key ix_revocation_revoked_at (revoked_at, subject),
      key ix_revocation_expires_at (expires_at)
    ) engine = InnoDB default character set utf8mb4 collate utf8mb4_bin
  `.execute(db);
};

export const down = async (db: Kysely<unknown>): Promise<void> => {
  await sql`drop table revocation`.execute(db);
};
