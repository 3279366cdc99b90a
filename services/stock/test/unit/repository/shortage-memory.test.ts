import t from 'tap';
import { createShortageMemory } from '../../../src/repository/cache/shortage-memory.ts';
import { NOON_MS } from '../../support/builders.ts';

const line = (quantity: number) => [{ skuId: 'A', quantity }];

t.test('what was refused is refused again for less than a second, and what is left is not', (t) => {
  const time = { nowMs: NOON_MS };
  const memory = createShortageMemory({ nowMs: () => time.nowMs });

  memory.learn({ skuId: 'A', available: 1 });

  t.same(memory.find(line(2)), { skuId: 'A', available: 1 });
  t.equal(memory.find(line(1)), undefined);
  time.nowMs += 1000;
  t.equal(memory.find(line(2)), undefined);
  t.end();
});

t.test('stock that comes back is known at once where the hint arrives', (t) => {
  const memory = createShortageMemory({ nowMs: () => NOON_MS });
  memory.learn({ skuId: 'A', available: 0 });

  memory.forget(['A']);

  t.equal(memory.find(line(1)), undefined);
  t.end();
});

t.test('it remembers so many SKUs, the newest', (t) => {
  const memory = createShortageMemory({ nowMs: () => NOON_MS });
  for (let sku = 0; sku <= 10_000; sku += 1) memory.learn({ skuId: `S${sku}`, available: 0 });

  t.equal(memory.find([{ skuId: 'S0', quantity: 1 }]), undefined);
  t.ok(memory.find([{ skuId: 'S1', quantity: 1 }]));
  t.end();
});
