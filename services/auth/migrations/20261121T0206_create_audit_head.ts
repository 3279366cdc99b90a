import { sql, type Kysely } from 'kysely';

// One row: the end of the chain. Its lock is what keeps the chain linear.
export const up = async (db: Kysely<unknown>): Promise<void> => {
  await sql`
    create table audit_head (
      id tinyint unsigned not null,
      seq bigint unsigned not null,
      hash char(64) character set ascii collate ascii_bin not null,
      primary key (id)
    ) engine = InnoDB default character set utf8mb4 collate utf8mb4_bin
  `.execute(db);
};

export const down = async (db: Kysely<unknown>): Promise<void> => {
  await sql`drop table audit_head`.execute(db);
};
