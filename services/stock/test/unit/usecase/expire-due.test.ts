import t from 'tap';
import { createExpireDue } from '../../../src/usecase/expire-due.ts';
import { aSku, NOON_MS, reserve, setOnHand } from '../../support/builders.ts';
import { createMemoryStock } from '../../support/memory-stock.ts';

t.test('all that is due ends, however much it is, and nothing that is not', async (t) => {
  const time = { nowMs: NOON_MS };
  const store = createMemoryStock({ nowMs: () => time.nowMs });
  const expireDue = createExpireDue(store);
  const skuId = aSku();
  await store.ledger.run(setOnHand(skuId, 1000));
  for (let order = 0; order < 450; order += 1) {
    await store.ledger.run(reserve([{ skuId, quantity: 1 }], { expiresAtMs: NOON_MS + 1 }));
  }
  await store.ledger.run(reserve([{ skuId, quantity: 1 }], { expiresAtMs: NOON_MS + 2 }));

  t.equal(await expireDue(), 0);
  time.nowMs += 1;
  t.equal(await expireDue(), 450);
  t.equal(await expireDue(), 0, 'a second look finds nothing');

  t.match(await store.reader.findItem(skuId), { reserved: 1 });
});
