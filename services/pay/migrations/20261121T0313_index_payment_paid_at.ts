import { sql, type Kysely } from 'kysely';

// What a day's bill is compared with is found by the day.
export const up = async (db: Kysely<unknown>): Promise<void> => {
  await sql`alter table payment add key ix_payment_paid_at (paid_at)`.execute(db);
};

export const down = async (db: Kysely<unknown>): Promise<void> => {
  await sql`alter table payment drop key ix_payment_paid_at`.execute(db);
};
