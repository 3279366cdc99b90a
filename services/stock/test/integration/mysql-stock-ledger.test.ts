import t from 'tap';
import { stockLedgerContract } from '../contract/stock-ledger.contract.ts';
import { auditAll, createMysqlStore, migratedDatabase } from '../support/stock-store.ts';

const database = await migratedDatabase(t);

await stockLedgerContract(t, (scope, clock) => createMysqlStore(scope, database, clock));

t.test('after all of that the books are right', async (t) => {
  const { auditor } = await createMysqlStore(t, database);

  t.same(await auditAll(auditor), []);
});
