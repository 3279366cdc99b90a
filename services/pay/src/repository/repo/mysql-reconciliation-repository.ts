import type { Clock, Ids } from '@app/kernel';
import { toSqlTime, type Database } from '@app/mysql';
import { sql, type Kysely } from 'kysely';
import { payError } from '../../errors.ts';
import type { BillDay, Page, ReconciliationRepository } from '../../repository.ts';
import { selectBills, toBill } from './mysql-bill-repository.ts';
import { toPayment, toRefund } from './payment-rows.ts';
import { toResult, toTicket } from './reconciliation-rows.ts';
import { chunksOf, saveReconciliation } from './save-reconciliation.ts';
import type { Tables } from './tables.ts';

interface Deps {
  readonly db: Database<Tables>;
  readonly clock: Clock;
  readonly ids: Ids;
}

export const selectPaidOf = (db: Kysely<Tables>, fromMs: number, toMs: number) =>
  db
    .selectFrom('payment')
    .where('paid_at', '>=', toSqlTime(fromMs))
    .where('paid_at', '<', toSqlTime(toMs))
    .where('state', 'in', ['paid', 'paid_late']);

export const selectRefundedOf = (db: Kysely<Tables>, fromMs: number, toMs: number) =>
  db
    .selectFrom('refund')
    .selectAll()
    .where('send_at', '>=', toSqlTime(fromMs))
    .where('send_at', '<', toSqlTime(toMs))
    .where('state', '=', 'succeeded');

const pageOf = <Item>(
  items: readonly Item[],
  limit: number,
  keyOf: (item: Item) => string,
): Page<Item> => {
  const shown = items.slice(0, limit);
  const last = shown.at(-1);
  return { items: shown, next: items.length > limit && last !== undefined ? keyOf(last) : null };
};

const loadDays = async (
  db: Kysely<Tables>,
  days: readonly string[],
): Promise<readonly BillDay[]> => {
  if (days.length === 0) return [];
  const [bills, results, counts] = await Promise.all([
    selectBills(db).where('day', 'in', days).execute(),
    db.selectFrom('reconciliation').selectAll().where('day', 'in', days).execute(),
    db
      .selectFrom('reconciliation_ticket')
      .select(({ fn }) => ['day', 'state', fn.countAll<number>().as('count')])
      .where('day', 'in', days)
      .groupBy(['day', 'state'])
      .execute(),
  ]);
  return days.map((day) => {
    const result = results.find((one) => one.day === day);
    const count = (state: string): number =>
      counts.find((one) => one.day === day && one.state === state)?.count ?? 0;
    return {
      day,
      bills: bills.filter((bill) => bill.day === day).map(toBill),
      result: result === undefined ? null : toResult(result),
      tickets: { open: count('open'), healed: count('healed'), resolved: count('resolved') },
    };
  });
};

export const createMysqlReconciliationRepository = ({
  db,
  clock,
  ids,
}: Deps): ReconciliationRepository => {
  const selectTicket = (id: string) =>
    db.write.selectFrom('reconciliation_ticket').selectAll().where('id', '=', id);

  return {
    async sumPaid(fromMs, toMs) {
      const row = await selectPaidOf(db.write, fromMs, toMs)
        .select(sql<string | number>`coalesce(sum(total_fen), 0)`.as('fen'))
        .executeTakeFirstOrThrow();
      return Number(row.fen);
    },
    async listPaid(fromMs, toMs) {
      const rows = await selectPaidOf(db.write, fromMs, toMs).selectAll().execute();
      return rows.map(toPayment);
    },
    async findPayments(orderNos) {
      const parts = await Promise.all(
        chunksOf(orderNos).map((some) =>
          db.write.selectFrom('payment').selectAll().where('order_no', 'in', some).execute(),
        ),
      );
      return parts.flat().map(toPayment);
    },
    async listRefunded(fromMs, toMs) {
      const rows = await selectRefundedOf(db.write, fromMs, toMs).execute();
      return rows.map(toRefund);
    },
    async findRefunds(refundNos) {
      const parts = await Promise.all(
        chunksOf(refundNos).map((some) =>
          db.write.selectFrom('refund').selectAll().where('refund_no', 'in', some).execute(),
        ),
      );
      return parts.flat().map(toRefund);
    },
    save: (day, reconciled) =>
      db.transaction((tx) =>
        saveReconciliation({ tx, ids, day, nowMs: clock.nowMs() }, reconciled),
      ),
    async listDays(before, limit) {
      const rows = await db.read
        .selectFrom('bill')
        .select('day')
        .distinct()
        .$if(before !== null, (query) => query.where('day', '<', before ?? ''))
        .orderBy('day', 'desc')
        .limit(limit + 1)
        .execute();
      const days = await loadDays(
        db.read,
        rows.map(({ day }) => day),
      );
      return pageOf(days, limit, ({ day }) => day);
    },
    async findDay(day) {
      const [found] = await loadDays(db.write, [day]);
      return found === undefined || found.bills.length === 0 ? undefined : found;
    },
    async listTickets(state, before, limit) {
      let query = db.read.selectFrom('reconciliation_ticket').selectAll();
      if (state !== undefined) query = query.where('state', '=', state);
      if (before !== null) query = query.where('id', '<', before);
      const rows = await query
        .orderBy('id', 'desc')
        .limit(limit + 1)
        .execute();
      return pageOf(rows.map(toTicket), limit, ({ id }) => id);
    },
    async resolve(id, { adminId, note }) {
      const { numUpdatedRows } = await db.write
        .updateTable('reconciliation_ticket')
        .set({
          ...{ state: 'resolved' as const, note, resolved_by: adminId },
          resolved_at: toSqlTime(clock.nowMs()),
        })
        .where('id', '=', id)
        .where('state', '=', 'open')
        .executeTakeFirst();
      const row = await selectTicket(id).executeTakeFirst();
      if (row === undefined) throw payError('RECONCILIATION_TICKET_NOT_FOUND', { data: { id } });
      const isRepeat = row.state === 'resolved' && row.note === note && row.resolved_by === adminId;
      if (numUpdatedRows === 0n && !isRepeat)
        throw payError('RECONCILIATION_TICKET_CLOSED', { data: { id, state: row.state } });
      return toTicket(row);
    },
    async backlog() {
      const tickets = await db.write
        .selectFrom('reconciliation_ticket')
        .select(({ fn }) => fn.countAll<number>().as('count'))
        .where('state', '=', 'open')
        .executeTakeFirstOrThrow();
      const oldest = await db.write
        .selectFrom('bill')
        .select(({ fn }) => fn.min('day').as('day'))
        .where('try_at', 'is not', null)
        .executeTakeFirst();
      return { openTickets: tickets.count, oldestDay: oldest?.day ?? null };
    },
  };
};
