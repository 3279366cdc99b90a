import type { Clock } from '@app/kernel';
import { toSafeInteger, toSqlTime, type Database } from '@app/mysql';
import { sql, type Kysely } from 'kysely';
import { findDifferences, type Accounts } from '../../domain/audit.ts';
import { assertSound } from '../../domain/stock.ts';
import type { StockAuditor } from '../../repository.ts';
import { lockItems } from './read-stock.ts';
import { padded } from './statement-parts.ts';
import type { Tables } from './tables.ts';

/** SKUs that have a balance or a ledger: a balance that was lost must show too. */
export const selectSkus = (db: Kysely<Tables>, after: string, limit: number) =>
  sql<{ readonly sku_id: string }>`
    select sku_id from stock_item where sku_id > ${after}
    union select sku_id from stock_movement where sku_id > ${after} group by sku_id
    order by sku_id limit ${limit}
  `.compile(db);

type Sum = number | string | null;

interface AccountsRow {
  readonly sku_id: string;
  readonly on_hand: number | null;
  readonly reserved: number | null;
  readonly ledger_on_hand: Sum;
  readonly ledger_reserved: Sum;
  readonly last_on_hand: number | null;
  readonly last_reserved: number | null;
  readonly held: Sum;
}

/**
 * One statement, so that all of it is one moment: each part by itself would differ from the others
 * by what is sold in between.
 */
export const selectAccounts = (db: Kysely<Tables>, skuIds: readonly string[]) => {
  const [first, ...rest] = padded(skuIds).map((skuId) => sql`select ${skuId} as sku_id`);
  const list = sql.join(padded(skuIds));
  return sql<AccountsRow>`
    select s.sku_id, i.on_hand, i.reserved, m.ledger_on_hand, m.ledger_reserved,
      l.on_hand_after as last_on_hand, l.reserved_after as last_reserved, h.held
    from (${sql.join([first, ...rest], sql` union `)}) as s
    left join stock_item as i on i.sku_id = convert(s.sku_id using ascii) collate ascii_bin
    left join (
      select sku_id, sum(on_hand_delta) as ledger_on_hand, sum(reserved_delta) as ledger_reserved,
        max(id) as last_id
      from stock_movement where sku_id in (${list}) group by sku_id
    ) as m on m.sku_id = convert(s.sku_id using ascii) collate ascii_bin
    left join stock_movement as l on l.id = m.last_id
    left join (
      select line.sku_id, sum(line.quantity) as held
      from stock_reservation as r
      join stock_reservation_line as line on line.order_no = r.order_no
      where r.state = 'held' and line.sku_id in (${list}) group by line.sku_id
    ) as h on h.sku_id = convert(s.sku_id using ascii) collate ascii_bin
  `.compile(db);
};

const toAccounts = (row: AccountsRow): Accounts => ({
  skuId: row.sku_id,
  onHand: row.on_hand ?? 0,
  reserved: row.reserved ?? 0,
  ledgerOnHand: toSafeInteger(row.ledger_on_hand ?? 0),
  ledgerReserved: toSafeInteger(row.ledger_reserved ?? 0),
  lastOnHand: row.last_on_hand ?? 0,
  lastReserved: row.last_reserved ?? 0,
  held: toSafeInteger(row.held ?? 0),
});

interface Deps {
  readonly db: Database<Tables>;
  readonly clock: Clock;
}

export const createMysqlStockAuditor = ({ db, clock }: Deps): StockAuditor => ({
  audit: async (after, limit) => {
    const { rows } = await db.write.executeQuery(selectSkus(db.write, after ?? '', limit));
    const skuIds = rows.map(({ sku_id }) => sku_id);
    if (skuIds.length === 0) return { skus: 0, differences: [], next: null };
    const accounts = await db.write.executeQuery(selectAccounts(db.write, skuIds));
    return {
      skus: skuIds.length,
      differences: accounts.rows.map(toAccounts).flatMap(findDifferences),
      next: skuIds.length < limit ? null : (skuIds.at(-1) ?? null),
    };
  },

  rebuild: (skuId) =>
    db.transaction(async (tx) => {
      // Whoever moves this SKU holds the lock until its movement is in the ledger.
      await lockItems(tx, [skuId]).execute();
      const sums = await tx
        .selectFrom('stock_movement')
        .select((eb) => [
          eb.fn.coalesce(eb.fn.sum<number | string>('on_hand_delta'), sql.lit(0)).as('on_hand'),
          eb.fn.coalesce(eb.fn.sum<number | string>('reserved_delta'), sql.lit(0)).as('reserved'),
        ])
        .where('sku_id', '=', skuId)
        .executeTakeFirstOrThrow();
      const balance = {
        skuId,
        onHand: toSafeInteger(sums.on_hand),
        reserved: toSafeInteger(sums.reserved),
      };
      assertSound(balance);
      const now = toSqlTime(clock.nowMs());
      const { onHand: on_hand, reserved } = balance;
      await tx
        .insertInto('stock_item')
        .values({ sku_id: skuId, on_hand, reserved, created_at: now, updated_at: now })
        .onDuplicateKeyUpdate({ on_hand, reserved, updated_at: now })
        .execute();
    }),
});
