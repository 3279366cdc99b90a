import { sql, type Kysely } from 'kysely';

// One problem per line: the first one that was met.
export const up = async (db: Kysely<unknown>): Promise<void> => {
  await sql`
    create table import_problem (
      import_id char(26) character set ascii collate ascii_bin not null,
      chunk int unsigned not null,
      line int unsigned not null,
      field varchar(64) not null,
      reason varchar(300) not null,
      primary key (import_id, chunk, line),
      constraint fk_import_problem_import_id foreign key (import_id) references goods_import (id)
    ) engine = InnoDB default character set utf8mb4 collate utf8mb4_bin
  `.execute(db);
};

export const down = async (db: Kysely<unknown>): Promise<void> => {
  await sql`drop table import_problem`.execute(db);
};
