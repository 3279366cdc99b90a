import { order as contract } from '@app/contracts';
import { assert, type Sealer } from '@app/kernel';
import { afterCommit, toSqlTime, type Outbox } from '@app/mysql';
import type { Transaction } from 'kysely';
import { followUpDelayMs, laneOf, type FollowUp, type Lane } from '../../domain/follow-up.ts';
import type { Order, OrderChange, Refund } from '../../domain/order.ts';
import type { OrderFact } from '../../domain/order-fact.ts';
import { changingColumns, toItemRows, toOrderRow, toRefundRow } from './order-rows.ts';
import type { Tables } from './tables.ts';

export interface StoredFollowUp {
  readonly id: string;
  readonly orderId: string;
  readonly lane: Lane;
  readonly delayMs: number;
}

export interface WriteDeps {
  readonly outbox: Pick<Outbox<Tables>, 'add'>;
  readonly sealer: Sealer;
  /** Told what is to be done after the transaction that stored it committed. */
  readonly onFollowUp: (stored: StoredFollowUp) => void;
}

type Tx = Transaction<Tables>;

const addFact = (
  { outbox }: Pick<WriteDeps, 'outbox'>,
  tx: Tx,
  { name, payload }: OrderFact,
): Promise<void> => outbox.add(tx, contract.facts[name], payload);

const addFollowUp = async (
  { onFollowUp }: Pick<WriteDeps, 'onFollowUp'>,
  tx: Tx,
  { id: orderId, orderNo }: Order,
  { followUp, nowMs }: { followUp: FollowUp; nowMs: number },
): Promise<void> => {
  const lane = laneOf(followUp);
  const delayMs = followUpDelayMs(followUp);
  const { insertId } = await tx
    .insertInto('follow_up')
    .values({
      order_id: orderId,
      order_no: orderNo,
      lane,
      payload: JSON.stringify(followUp),
      attempts: 0,
      due_at: toSqlTime(nowMs + delayMs),
      created_at: toSqlTime(nowMs),
    })
    .executeTakeFirstOrThrow();
  assert(insertId !== undefined, 'the database numbers follow-ups');
  afterCommit(tx, () => {
    onFollowUp({ id: String(insertId), orderId, lane, delayMs });
  });
};

const writeConsequences = async (
  deps: WriteDeps,
  tx: Tx,
  { next, facts, followUps }: OrderChange,
  nowMs: number,
): Promise<void> => {
  for (const fact of facts) await addFact(deps, tx, fact);
  for (const followUp of followUps) await addFollowUp(deps, tx, next, { followUp, nowMs });
};

export const insertOrder = async (deps: WriteDeps, tx: Tx, change: OrderChange): Promise<void> => {
  const { next } = change;
  await tx.insertInto('order').values(toOrderRow(next, deps.sealer)).execute();
  await tx.insertInto('order_item').values(toItemRows(next)).execute();
  await writeConsequences(deps, tx, change, next.createdAtMs);
};

const writeRefund = async (
  tx: Tx,
  orderId: string,
  { before, after, nowMs }: { before: Refund | undefined; after: Refund; nowMs: number },
): Promise<void> => {
  if (before === after) return;
  if (before === undefined) {
    await tx
      .insertInto('order_refund')
      .values(toRefundRow(orderId, after, nowMs))
      .execute();
    return;
  }
  const { numUpdatedRows } = await tx
    .updateTable('order_refund')
    .set({ status: after.status, updated_at: toSqlTime(nowMs) })
    .where('refund_no', '=', after.refundNo)
    .where('status', '=', before.status)
    .executeTakeFirst();
  assert(numUpdatedRows === 1n, 'a refund is still in the state it was read in under the lock');
};

/** Writes what differs from `current`, which the caller has locked. */
export const updateOrder = async (
  deps: WriteDeps,
  tx: Tx,
  current: Order,
  { change, nowMs }: { change: OrderChange; nowMs: number },
): Promise<void> => {
  const { next } = change;
  const { numUpdatedRows } = await tx
    .updateTable('order')
    .set(changingColumns(next, nowMs))
    .where('id', '=', next.id)
    .where('status', '=', current.status)
    .executeTakeFirst();
  assert(numUpdatedRows === 1n, 'a locked order is still in the state it was read in');
  const known = new Map(current.refunds.map((refund) => [refund.refundNo, refund]));
  for (const after of next.refunds)
    await writeRefund(tx, next.id, { before: known.get(after.refundNo), after, nowMs });
  await writeConsequences(deps, tx, change, nowMs);
};
