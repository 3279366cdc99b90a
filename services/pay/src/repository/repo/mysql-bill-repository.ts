import { gunzipSync, gzipSync } from 'node:zlib';
import { assert, type Clock, type Sealer } from '@app/kernel';
import { fromSqlTimeOrNull, toSqlTime, type Database } from '@app/mysql';
import { sql, type Kysely } from 'kysely';
import { billKinds, type BillKind } from '../../domain/bill.ts';
import type { Bill, BillRepository } from '../../repository.ts';
import type { BillTable, Tables } from './tables.ts';

interface Deps {
  readonly db: Database<Tables>;
  readonly sealer: Sealer;
  readonly clock: Clock;
}

type BillRow = Omit<BillTable, 'content_sealed' | 'created_at' | 'updated_at'>;

export const toBill = (row: BillRow): Bill => ({
  kind: row.kind,
  state: row.state,
  attempts: row.attempts,
  tryAtMs: fromSqlTimeOrNull(row.try_at),
  sha1: row.sha1,
});

/** Without the files, which are large. */
export const selectBills = (db: Kysely<Tables>) =>
  db.selectFrom('bill').select(['day', 'kind', 'state', 'attempts', 'try_at', 'sha1']);

export const selectDueBills = (db: Kysely<Tables>, untilMs: number, limit: number) =>
  db
    .selectFrom('bill')
    .select('day')
    .distinct()
    .where('try_at', '<=', toSqlTime(untilMs))
    .orderBy('day')
    .limit(limit);

const contextOf = (day: string, kind: BillKind): string => `pay.bill:${day}:${kind}`;

export const createMysqlBillRepository = ({ db, sealer, clock }: Deps): BillRepository => {
  const insert = async (tx: Kysely<Tables>, day: string, tryAtMs: number): Promise<void> => {
    const now = toSqlTime(clock.nowMs());
    await tx
      .insertInto('bill')
      .values(
        billKinds.map((kind) => ({
          ...{ day, kind, state: 'wanted' as const, attempts: 0, sha1: null, content_sealed: null },
          ...{ try_at: toSqlTime(tryAtMs), created_at: now, updated_at: now },
        })),
      )
      .onDuplicateKeyUpdate({ attempts: sql`attempts` })
      .execute();
  };

  return {
    want: (day, tryAtMs) => insert(db.write, day, tryAtMs),
    async latestDay() {
      const row = await db.write
        .selectFrom('bill')
        .select('day')
        .orderBy('day', 'desc')
        .limit(1)
        .executeTakeFirst();
      return row?.day;
    },
    async find(day) {
      const rows = await selectBills(db.write).where('day', '=', day).execute();
      return rows.map(toBill);
    },
    async listDue(untilMs, limit) {
      const rows = await selectDueBills(db.write, untilMs, limit).execute();
      return rows.map(({ day }) => day);
    },
    async store(day, kind, file) {
      const content =
        file === null
          ? null
          : sealer.seal(gzipSync(file.plain).toString('base64'), contextOf(day, kind));
      await db.write
        .updateTable('bill')
        .set({
          state: 'downloaded',
          sha1: file?.sha1 ?? null,
          content_sealed: content,
          updated_at: toSqlTime(clock.nowMs()),
        })
        .where('day', '=', day)
        .where('kind', '=', kind)
        .where('state', '=', 'wanted')
        .execute();
    },
    async load(day, kind) {
      const row = await db.write
        .selectFrom('bill')
        .select(['sha1', 'content_sealed'])
        .where('day', '=', day)
        .where('kind', '=', kind)
        .executeTakeFirst();
      assert(row !== undefined, 'a bill that is loaded was stored');
      if (row.sha1 === null || row.content_sealed === null) return null;
      const packed = sealer.open(row.content_sealed, contextOf(day, kind));
      return { sha1: row.sha1, plain: gunzipSync(Buffer.from(packed, 'base64')) };
    },
    async postpone(day, tryAtMs) {
      await db.write
        .updateTable('bill')
        .set({ attempts: sql`attempts + 1`, try_at: toSqlTime(tryAtMs) })
        .where('day', '=', day)
        .where('state', '!=', 'reconciled')
        .execute();
    },
    again: (day) =>
      db.transaction(async (tx) => {
        const now = toSqlTime(clock.nowMs());
        await insert(tx, day, clock.nowMs());
        await tx
          .updateTable('bill')
          .set({ state: 'wanted', attempts: 0, try_at: now, updated_at: now })
          .where('day', '=', day)
          .execute();
      }),
  };
};
