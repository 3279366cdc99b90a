import { sql, type Kysely } from 'kysely';

// What published goods are found by: a term per category above them (c:<id>) and per piece of text
// (t:<bigram or beginning of a word>). The primary key is the posting list, in the order of the ids.
export const up = async (db: Kysely<unknown>): Promise<void> => {
  await sql`
    create table spu_term (
      term varchar(40) not null,
      spu_id char(26) character set ascii collate ascii_bin not null,
      weight tinyint unsigned not null,
      primary key (term, spu_id),
      key ix_spu_term_spu_id (spu_id),
      constraint fk_spu_term_spu_id foreign key (spu_id) references spu (id)
    ) engine = InnoDB default character set utf8mb4 collate utf8mb4_bin
  `.execute(db);
};

export const down = async (db: Kysely<unknown>): Promise<void> => {
  await sql`drop table spu_term`.execute(db);
};
