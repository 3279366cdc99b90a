import t from 'tap';
import { createSetOnHand } from '../../../src/usecase/set-on-hand.ts';
import { aSku, ids, NOON_MS } from '../../support/builders.ts';
import { createMemoryStock } from '../../support/memory-stock.ts';

t.test('caches are told before the operator is answered, and the ledger who it was', async (t) => {
  const store = createMemoryStock({ nowMs: () => NOON_MS });
  const told: string[] = [];
  const hints = {
    changed: (skuIds: readonly string[]) => {
      told.push(...skuIds);
      return Promise.resolve();
    },
  };
  const skuId = aSku();
  const setOnHand = createSetOnHand({ ...store, hints, ids });

  const item = await setOnHand({ skuId, onHand: 7, adminId: 'ops' });
  await setOnHand({ skuId, onHand: 9, reason: 'stock take', adminId: 'ops' });

  t.match(item, { skuId, onHand: 7, reserved: 0, available: 7 });
  t.same(told, [skuId, skuId]);
  t.match(store.movements, [{ note: 'admin ops' }, { note: 'stock take (admin ops)' }]);
});
