import { type Kysely, sql } from 'kysely';

export const up = async (db: Kysely<any>): Promise<void> => {
  await sql`
    create table ping (
      name varchar(50) not null,
      count int unsigned not null,
      primary key (name)
    ) engine = InnoDB default charset = utf8mb4 collate = utf8mb4_bin
  `.execute(db);
};

export const down = async (db: Kysely<any>): Promise<void> => {
  await sql`drop table ping`.execute(db);
};
