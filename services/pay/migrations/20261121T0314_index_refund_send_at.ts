import { sql, type Kysely } from 'kysely';

// What a day's bill is compared with is found by the day.
export const up = async (db: Kysely<unknown>): Promise<void> => {
  await sql`alter table refund add key ix_refund_send_at (send_at)`.execute(db);
};

export const down = async (db: Kysely<unknown>): Promise<void> => {
  await sql`alter table refund drop key ix_refund_send_at`.execute(db);
};
