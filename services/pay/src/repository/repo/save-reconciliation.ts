import type { Ids } from '@app/kernel';
import { toSqlTime } from '@app/mysql';
import type { Transaction } from 'kysely';
import { findingKey, type Finding, type TicketState } from '../../domain/finding.ts';
import type { Reconciled } from '../../repository.ts';
import { selectBills } from './mysql-bill-repository.ts';
import { toResultColumns, toTicketRow } from './reconciliation-rows.ts';
import type { ReconciliationTicketTable, Tables } from './tables.ts';

const CHUNK = 500;

export const chunksOf = <Item>(items: readonly Item[]): readonly (readonly Item[])[] =>
  Array.from({ length: Math.ceil(items.length / CHUNK) }, (_, index) =>
    items.slice(index * CHUNK, (index + 1) * CHUNK),
  );

interface Context {
  readonly tx: Transaction<Tables>;
  readonly ids: Ids;
  readonly day: string;
  readonly nowMs: number;
}

const insertTickets = async (
  { tx, ids, day, nowMs }: Context,
  findings: readonly Finding[],
  state: TicketState,
): Promise<void> => {
  for (const some of chunksOf(findings))
    await tx
      .insertInto('reconciliation_ticket')
      .values(some.map((finding) => toTicketRow(finding, { id: ids.next(), day, state, nowMs })))
      .execute();
};

const move = async (
  { tx, nowMs }: Context,
  tickets: readonly ReconciliationTicketTable[],
  from: TicketState,
  to: TicketState,
): Promise<void> => {
  const ids = tickets.flatMap(({ id, state }) => (state === from ? [id] : []));
  for (const some of chunksOf(ids))
    await tx
      .updateTable('reconciliation_ticket')
      .set({ state: to, resolved_at: to === 'healed' ? toSqlTime(nowMs) : null })
      .where('id', 'in', some)
      .where('state', '=', from)
      .execute();
};

const saveTickets = async (context: Context, { open, healed }: Reconciled): Promise<void> => {
  const present = await context.tx
    .selectFrom('reconciliation_ticket')
    .selectAll()
    .where('day', '=', context.day)
    .forUpdate()
    .execute();
  const known = new Set(
    present.map(({ subject, category, number }) => `${subject} ${category} ${number}`),
  );
  const isNew = (finding: Finding): boolean => !known.has(findingKey(finding));
  const openKeys = new Set(open.map(findingKey));
  const isOpen = ({ subject, category, number }: ReconciliationTicketTable): boolean =>
    openKeys.has(`${subject} ${category} ${number}`);
  await insertTickets(context, open.filter(isNew), 'open');
  await insertTickets(context, healed.filter(isNew), 'healed');
  await move(context, present.filter(isOpen), 'healed', 'open');
  await move(
    context,
    present.filter((ticket) => !isOpen(ticket)),
    'open',
    'healed',
  );
};

/** @returns false when the files are not those that were compared, or the day is done already */
export const saveReconciliation = async (
  context: Context,
  reconciled: Reconciled,
): Promise<boolean> => {
  const { tx, day, nowMs } = context;
  const bills = await selectBills(tx).where('day', '=', day).forUpdate().execute();
  const { sha1s, result } = reconciled;
  const isSame = bills.every(
    ({ kind, state, sha1 }) => state === 'downloaded' && sha1 === sha1s[kind],
  );
  if (bills.length === 0 || !isSame) return false;
  await saveTickets(context, reconciled);
  const columns = toResultColumns(result, nowMs);
  await tx
    .insertInto('reconciliation')
    .values({ day, ...columns })
    .onDuplicateKeyUpdate(columns)
    .execute();
  await tx
    .updateTable('bill')
    .set({ state: 'reconciled', try_at: null, updated_at: toSqlTime(nowMs) })
    .where('day', '=', day)
    .execute();
  return true;
};
