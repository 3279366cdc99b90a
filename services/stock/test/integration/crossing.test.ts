import { eventually } from '@app/testing';
import t from 'tap';
import type { Movement, Reservation } from '../../src/domain/stock.ts';
import {
  insertMovements,
  updateItems,
  writeReservations,
} from '../../src/repository/repo/write-batch.ts';
import { anOrderNo, aSku, ids, MINUTE_MS, release, setOnHand } from '../support/builders.ts';
import { auditAll, createMysqlStore, migratedDatabase } from '../support/stock-store.ts';

const database = await migratedDatabase(t);
const { db, ledger, reader, reservations, auditor } = await createMysqlStore(t, database);

/** Another writer of this schema waits for a row right now. */
const somebodyWaits = async (): Promise<boolean> => {
  const rows = await database.sql(
    `select id from information_schema.processlist
     where db = ? and command in ('Execute', 'Query') and info like 'insert into stock_reservation%'`,
    [database.schema],
  );
  return rows.length > 0;
};

t.test('a release that cannot see the reservation yet still ends it', async (t) => {
  const skuId = aSku();
  await ledger.run(setOnHand(skuId, 5));
  const nowMs = Date.now();
  const reservation: Reservation = {
    id: ids.next(),
    orderNo: anOrderNo(),
    state: 'held',
    expiresAtMs: nowMs + MINUTE_MS,
    lines: [{ skuId, quantity: 2, returned: 0 }],
  };
  const { orderNo } = reservation;

  // Another node has written the reservation and not committed; then it does.
  let released: Promise<unknown> = Promise.resolve();
  await db.transaction(async (tx) => {
    await writeReservations(tx, [{ before: undefined, after: reservation }], nowMs);
    const movement: Movement = {
      skuId,
      kind: 'reserve',
      ref: orderNo,
      orderNo,
      quantity: 2,
      onHandDelta: 0,
      reservedDelta: 2,
      onHandAfter: 5,
      reservedAfter: 2,
      note: '',
    };
    await tx.executeQuery(insertMovements(tx, [movement], nowMs));
    await tx.executeQuery(updateItems(tx, [{ skuId, onHand: 5, reserved: 2 }], nowMs));
    released = ledger.run(release(orderNo));
    released.catch(() => undefined);
    await eventually(somebodyWaits);
  });

  t.same(await released, { state: 'released' });
  t.match(await reservations.find(orderNo), { id: reservation.id, state: 'released' });
  t.match(await reader.findItem(skuId), { onHand: 5, reserved: 0 });
  t.same(await auditAll(auditor), []);
});
