import { compareTables, introspect } from '@app/mysql';
import { sql, type Compilable } from 'kysely';
import t from 'tap';
import {
  selectDuePayments,
  selectPayment,
} from '../../src/repository/repo/mysql-payment-repository.ts';
import {
  selectDueRefunds,
  selectLastSend,
  selectRefund,
} from '../../src/repository/repo/mysql-refund-repository.ts';
import { columns } from '../../src/repository/repo/tables.ts';
import { aPayment, aRefund, NOON_MS, paidOf } from '../support/builders.ts';
import { createMysqlStore, migratedDatabase } from '../support/mysql-store.ts';

const database = await migratedDatabase(t);
const { db, payments, refunds } = await createMysqlStore(t, database);

t.test('tables.ts tells what the migrations made', async (t) => {
  t.same(compareTables(await introspect(db.write), columns), []);
});

t.test('the database itself lets no more go back than came in', async (t) => {
  const payment = aPayment();
  await payments.insert(payment);
  const set = (refundedFen: number) =>
    database.sql('update payment set refunded_fen = ? where order_no = ?', [
      refundedFen,
      payment.orderNo,
    ]);

  await set(990);
  for (const refundedFen of [991, -1]) await t.rejects(set(refundedFen), /ck_payment_refunded/);
});

t.test('the database itself lets one transaction pay one order', async (t) => {
  const [one, two] = [aPayment(), aPayment()];
  await payments.insert(one);
  await payments.insert(two);
  await payments.update(one.orderNo, (current) => ({ next: paidOf(current) }));

  await t.rejects(
    payments.update(two.orderNo, (current) => ({
      next: paidOf(current, { transactionId: `42${one.orderNo}` }),
    })),
    { code: 'ER_DUP_ENTRY' },
  );
  t.equal((await payments.find(two.orderNo))?.state, 'pending');
});

/** The statement with its parameters in place; for `explain` in a test only. */
const inline = (text: string, parameters: readonly unknown[]): string => {
  let next = 0;
  return text.replaceAll('?', () => {
    const value = parameters[next++];
    if (typeof value === 'number') return String(value);
    const plain = value instanceof Date ? value.toISOString().slice(0, 23) : String(value);
    return `'${plain.replace('T', ' ')}'`;
  });
};

t.test('the hot queries go by an index, the due ones without sorting', async (t) => {
  // Small tables are scanned whatever the index, so there are some rows to choose from.
  for (let index = 0; index < 120; index += 1) {
    const payment = aPayment({ queryAtMs: index % 10 === 0 ? NOON_MS + index : null });
    await payments.insert(payment);
    await payments.update(payment.orderNo, (current) => ({
      next: paidOf(current, { queryAtMs: payment.queryAtMs }),
    }));
    const refund = aRefund(payment, { actAtMs: index % 10 === 0 ? NOON_MS + index : null });
    await refunds.request(refund.refundNo, payment.orderNo, () => refund);
  }
  const [known = ''] = await payments.listDue(NOON_MS + 1000, 1);
  await database.sql('analyze table payment, refund');
  const plan = async (query: Compilable) => {
    const { sql: text, parameters } = query.compile();
    const { rows } = await sql
      .raw<{ key: string | null; Extra: string | null }>(`explain ${inline(text, parameters)}`)
      .execute(db.write);
    const isSorted = rows.some(({ Extra }) => Extra?.includes('filesort') === true);
    return [...rows.map(({ key }) => key), ...(isSorted ? ['sorts'] : [])];
  };

  t.same(await plan(selectPayment(db.write, known)), ['PRIMARY']);
  t.same(await plan(selectDuePayments(db.write, NOON_MS, 500)), ['ix_payment_query_at']);
  t.same(await plan(selectDueRefunds(db.write, NOON_MS, 500)), ['ix_refund_act_at']);
  t.same(await plan(selectLastSend(db.write, 'O-1')), ['ix_refund_order_no']);
  const some = await refunds.listDue(NOON_MS + 1000, 1);
  t.same(await plan(selectRefund(db.write, some[0] ?? '')), ['PRIMARY']);
});
