import { isError } from '@app/kernel';
import t from 'tap';
import { aSku, reserve, setOnHand } from '../support/builders.ts';
import { auditAll, createMysqlStore, migratedDatabase } from '../support/stock-store.ts';

t.test('1,000 buyers over two nodes want 100 pieces: exactly 100 are held', async (t) => {
  const database = await migratedDatabase(t);
  const nodes = [await createMysqlStore(t, database), await createMysqlStore(t, database)];
  const [first] = nodes;
  const skuId = aSku();
  await first!.ledger.run(setOnHand(skuId, 100));

  const results = await Promise.allSettled(
    Array.from({ length: 1000 }, (_, buyer) =>
      nodes[buyer % 2]!.ledger.run(reserve([{ skuId, quantity: 1 }])),
    ),
  );

  const held = results.filter(({ status }) => status === 'fulfilled');
  const refused = results.filter(
    (result) => result.status === 'rejected' && isError(result.reason, 'STOCK_EXHAUSTED'),
  );
  t.equal(held.length, 100);
  t.equal(refused.length, 900, 'everybody else is told that it is sold out, nothing else');
  t.match(await first!.reader.findItem(skuId), { onHand: 100, reserved: 100, available: 0 });
  t.same(await auditAll(first!.auditor), []);
});
