import t from 'tap';
import { createAuditStock } from '../../src/usecase/audit-stock.ts';
import { createRebuildStock } from '../../src/usecase/rebuild-stock.ts';
import { aSku, reserve, setOnHand } from '../support/builders.ts';
import { auditAll, createMysqlStore, migratedDatabase } from '../support/stock-store.ts';

const database = await migratedDatabase(t);
const { ledger, auditor, reader } = await createMysqlStore(t, database);

const sold = async (): Promise<string> => {
  const skuId = aSku();
  await ledger.run(setOnHand(skuId, 10));
  await ledger.run(reserve([{ skuId, quantity: 3 }]));
  return skuId;
};

t.test('a balance that was tampered with is found, and rebuilt from the ledger', async (t) => {
  const [fine, wrong] = [await sold(), await sold()];
  await database.sql('update stock_item set on_hand = 11, reserved = 2 where sku_id = ?', [wrong]);
  const found: number[] = [];
  const report = { found: (count: number) => void found.push(count) };
  const rebuild = createRebuildStock({ auditor });

  const audit = await createAuditStock({ auditor, report })();

  t.match(audit, { skus: 2, differenceCount: 5 });
  t.same(new Set(audit.differences.map(({ skuId }) => skuId)), new Set([wrong]));
  t.match(audit.differences, [
    { rule: 'onHandIsLedger', expected: 10, found: 11 },
    { rule: 'reservedIsLedger', expected: 3, found: 2 },
    { rule: 'reservedIsHeld', expected: 3, found: 2 },
  ]);
  t.same(found, [5]);

  t.match(await rebuild({ dryRun: true }), { differenceCount: 2 });
  t.match(await reader.findItem(wrong), { onHand: 11 }, 'a dry run changes nothing');
  t.match(await rebuild({ dryRun: false }), { differenceCount: 2 });
  t.match(await reader.findItem(wrong), { onHand: 10, reserved: 3 });
  t.match(await reader.findItem(fine), { onHand: 10, reserved: 3 });
  t.same(await auditAll(auditor), []);
});

t.test('a balance that vanished is found', async (t) => {
  const skuId = await sold();
  await database.sql('delete from stock_item where sku_id = ?', [skuId]);

  t.match(await auditAll(auditor), [{ skuId, rule: 'onHandIsLedger', expected: 10, found: 0 }]);
  await auditor.rebuild(skuId);
  t.same(await auditAll(auditor), []);
});

t.test('a line of the ledger that vanished is found', async (t) => {
  const skuId = await sold();
  await database.sql("delete from stock_movement where sku_id = ? and kind = 'reserve'", [skuId]);

  t.match(await auditAll(auditor), [
    { skuId, rule: 'reservedIsLedger', expected: 0, found: 3 },
    { skuId, rule: 'lastMovementIsBalance', expected: 0, found: 3 },
  ]);
});
