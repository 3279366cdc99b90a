import { sql, type Kysely } from 'kysely';

export const up = async (db: Kysely<unknown>): Promise<void> => {
  await sql`
    alter table revocation
      add column reason varchar(16) character set ascii collate ascii_bin null
  `.execute(db);
};

export const down = async (db: Kysely<unknown>): Promise<void> => {
  await sql`alter table revocation drop column reason`.execute(db);
};
